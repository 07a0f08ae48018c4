// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/test_data.h"

#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>

namespace snug::test {

[[nodiscard]] inline quint16 freePort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

// A `snug-cli worker` on loopback, ready when the object is made; killed with it.
class LendingWorker {
public:
    explicit LendingWorker(const QStringList &options = {}) : m_port(freePort())
    {
        m_process.start(program(QStringLiteral("snug-cli")),
                        QStringList{QStringLiteral("worker"), QStringLiteral("--json"),
                                    QStringLiteral("--port"), QString::number(m_port)} +
                            options);
        while (!m_output.contains("\"ready\"") && m_process.state() != QProcess::NotRunning) {
            m_process.waitForReadyRead(1000);
            m_output += m_process.readAllStandardOutput();
        }
    }
    ~LendingWorker() { kill(); }
    Q_DISABLE_COPY_MOVE(LendingWorker)

    [[nodiscard]] bool ready() const { return m_output.contains("\"ready\""); }
    [[nodiscard]] QString address() const { return QStringLiteral("127.0.0.1:%1").arg(m_port); }
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QByteArray output() const { return m_output; }
    [[nodiscard]] bool listens() const
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, m_port);
        return socket.waitForConnected(1000);
    }
    void kill()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    QProcess &process() { return m_process; }

private:
    quint16 m_port;
    QProcess m_process;
    QByteArray m_output;
};

} // namespace snug::test
