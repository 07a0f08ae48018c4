// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/listener.h"

#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>

namespace snug::test {

Listener::Listener(ListenerRules rules, std::uint16_t port)
    : m_rules(std::move(rules)), m_server(new QTcpServer)
{
    m_server->setMaxPendingConnections(1000);
    if (m_server->listen(QHostAddress::LocalHost, port))
        m_port = m_server->serverPort();
    m_server->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_server, &QObject::deleteLater);
    QObject::connect(m_server, &QTcpServer::newConnection, m_server, [this] {
        while (QTcpSocket *socket = m_server->nextPendingConnection())
            new Connection(socket, m_rules, ++m_connections, m_server);
    });
    m_thread.start();
}

Listener::~Listener()
{
    dropConnections();
    m_thread.quit();
    m_thread.wait();
}

std::string Listener::url() const
{
    return m_port == 0 ? std::string() : "http://127.0.0.1:" + std::to_string(m_port);
}

void Listener::setListening(bool on)
{
    onThread([this, on] {
        if (on && !m_server->isListening())
            m_server->listen(QHostAddress::LocalHost, m_port);
        else if (!on)
            m_server->close();
    });
}

void Listener::dropConnections()
{
    onThread([this] {
        for (QObject *child : m_server->children()) {
            if (auto *connection = dynamic_cast<Connection *>(child))
                connection->drop();
        }
    });
}

void Listener::onThread(const std::function<void()> &what)
{
    QMetaObject::invokeMethod(m_server, what, Qt::BlockingQueuedConnection);
}

} // namespace snug::test
