// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub/connection.h"

#include <QThread>

#include <functional>
#include <string>

class QTcpServer;

namespace snug::test {

// One origin: a port on loopback and a thread that serves all of its connections. The public functions are
// for the thread that made it.
class Listener {
public:
    // Listens on `port`, or on any free one for 0.
    Listener(ListenerRules rules, std::uint16_t port);
    // Resets what is open.
    ~Listener();
    Listener(const Listener &) = delete;
    Listener &operator=(const Listener &) = delete;

    // "http://127.0.0.1:PORT"; empty if the port is taken.
    [[nodiscard]] std::string url() const;
    // Off: connecting is refused; the port stays the same.
    void setListening(bool on);
    void dropConnections();

private:
    void onThread(const std::function<void()> &what);

    ListenerRules m_rules;
    QThread m_thread;
    QTcpServer *m_server; // lives and dies on the thread; owns the connections
    std::uint16_t m_port = 0;
    int m_connections = 0; // on the thread
};

} // namespace snug::test
