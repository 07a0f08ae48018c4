// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub/reply.h"
#include "tests/support/fake_hub/request_log.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

class QTcpSocket;

namespace snug::test {

// What the connections of one origin have in common.
struct ListenerRules {
    Origin origin = Origin::Hub;
    std::function<Reply(const Request &)> answer; // called on the listener's thread
    RequestLog *log = nullptr;
    const std::atomic<std::int64_t> *bytesPerSecond = nullptr; // for one connection; 0: as fast as it goes
};

// One HTTP/1.1 connection, kept alive from request to request. Lives on its listener's thread and deletes
// itself when the connection is over. Bodies are read as the socket takes them, never whole.
class Connection final : public QObject {
public:
    // Takes the socket. `rules` outlive the connection.
    Connection(QTcpSocket *socket, const ListenerRules &rules, int number, QObject *parent);

    // A reset, at once.
    void drop();

private:
    // The answer in progress.
    struct Sending {
        Reply reply;
        std::size_t log = 0;
        std::size_t part = 0;
        std::int64_t inPart = 0;
        std::int64_t sent = 0; // of the body
        std::int64_t length = 0;
        std::int64_t headBytes = 0;
        std::int64_t flushed = 0; // of head and body
        bool last = false;        // the connection ends with it
    };

    void onReadyRead();
    void onWritten(qint64 bytes);
    void onDisconnected();
    void nextRequest();
    void begin(const Request &request);
    void refuse(int status);
    void pump();
    [[nodiscard]] bool sendSome(std::int64_t atMost);
    void stopOnPurpose();
    void sendEndlessHead();
    void finish();
    [[nodiscard]] std::int64_t allowance();
    [[nodiscard]] std::int64_t rate() const;
    void later(std::chrono::milliseconds wait, std::function<void()> what);

    QTcpSocket *m_socket;
    const ListenerRules &m_rules;
    int m_number;
    QByteArray m_received;
    std::optional<Sending> m_sending;
    QTimer m_timer;
    std::function<void()> m_then;
    bool m_held = false; // a timer, not the socket, goes on
    // What may be sent now at the connection's rate.
    QElapsedTimer m_sinceFill;
    double m_tokens = 0;
};

} // namespace snug::test
