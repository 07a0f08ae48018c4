// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub/http_message.h"

#include <QTcpSocket>

#include <optional>
#include <string>

namespace snug::test {

// What a server said, byte for byte.
struct RawAnswer {
    int status = 0; // 0: no status line came
    Headers headers;
    std::string body;
    bool complete = false; // all of the Content-Length or of the chunks, or to the end where there is neither

    [[nodiscard]] std::string header(std::string_view name) const { return headerOf(headers, name); }
};

// An HTTP/1.1 client that hides nothing: follows no redirect, retries nothing, decodes only chunks. One
// thread.
class RawHttp {
public:
    // "http://127.0.0.1:PORT"
    explicit RawHttp(const std::string &origin);

    // One after the other over one connection, as long as the server keeps it.
    [[nodiscard]] RawAnswer get(const std::string &target, const Headers &headers = {});
    [[nodiscard]] RawAnswer send(const std::string &method, const std::string &target,
                                 const Headers &headers = {}, const std::string &body = {});
    // The bytes as they are; then reads one answer.
    [[nodiscard]] RawAnswer exchange(const std::string &bytes, bool headOnly = false);
    // How long to wait for the next byte; 10 s unless told.
    void setPatience(int milliseconds) { m_patience = milliseconds; }
    [[nodiscard]] bool connected() const { return m_socket.state() == QAbstractSocket::ConnectedState; }

private:
    [[nodiscard]] bool more();
    [[nodiscard]] bool readHead(RawAnswer &answer);
    void readBody(RawAnswer &answer);
    [[nodiscard]] bool readChunks(RawAnswer &answer);

    std::uint16_t m_port = 0;
    QTcpSocket m_socket;
    std::string m_received;
    int m_patience = 10'000;
};

} // namespace snug::test
