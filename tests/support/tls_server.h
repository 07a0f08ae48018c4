// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QThread>

class QSslServer;

namespace snug::test {

// Speaks TLS on loopback with a certificate that it has signed itself a moment ago, and says nothing else.
class TlsServer {
public:
    TlsServer();
    ~TlsServer();
    TlsServer(const TlsServer &) = delete;
    TlsServer &operator=(const TlsServer &) = delete;

    // "https://127.0.0.1:PORT/file"; empty where Qt has no TLS.
    [[nodiscard]] QString url() const;

private:
    QThread m_thread;
    QSslServer *m_server = nullptr; // lives and dies on the thread
    quint16 m_port = 0;
};

} // namespace snug::test
