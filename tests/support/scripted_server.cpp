// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/scripted_server.h"

#include "tests/support/tcp_reset.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMutexLocker>
#include <QTcpServer>
#include <QTcpSocket>

using namespace Qt::StringLiterals;

namespace snug::test {
namespace {

constexpr int kPatienceMs = 10'000;

// The whole request, or less if the client goes away first.
QByteArray readRequest(QTcpSocket &socket)
{
    QByteArray request;
    qsizetype wanted = -1;
    while (wanted < 0 || request.size() < wanted) {
        if (socket.bytesAvailable() == 0 && !socket.waitForReadyRead(kPatienceMs))
            return request;
        request += socket.readAll();
        const qsizetype head = request.indexOf("\r\n\r\n");
        if (wanted < 0 && head >= 0) {
            const qsizetype field = request.toLower().indexOf("content-length:");
            const qsizetype end = request.indexOf("\r\n", field);
            const qsizetype value = field + 15;
            wanted = head + 4 + (field < 0 ? 0 : request.mid(value, end - value).trimmed().toLongLong());
        }
    }
    return request;
}

} // namespace

ScriptedServer::ScriptedServer(QList<Step> script) : m_script(std::move(script))
{
    m_server = new QTcpServer;
    m_server->listen(QHostAddress::LocalHost);
    m_port = m_server->serverPort();
    m_server->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_server, &QObject::deleteLater);
    QObject::connect(m_server, &QTcpServer::newConnection, m_server, [this] {
        while (QTcpSocket *socket = m_server->nextPendingConnection()) {
            serve(*socket);
            socket->deleteLater();
        }
    });
    m_thread.start();
}

ScriptedServer::~ScriptedServer()
{
    m_thread.requestInterruption();
    m_thread.quit();
    m_thread.wait();
}

QByteArray ScriptedServer::url() const
{
    return "http://127.0.0.1:" + QByteArray::number(m_port);
}

QList<QByteArray> ScriptedServer::requests() const
{
    const QMutexLocker lock(&m_mutex);
    return m_requests;
}

void ScriptedServer::serve(QTcpSocket &socket)
{
    const QByteArray request = readRequest(socket);
    {
        const QMutexLocker lock(&m_mutex);
        m_requests += request;
    }
    for (const Step &step : m_script) {
        switch (step.kind) {
        case Step::Kind::Send:
            socket.write(step.bytes);
            while (socket.bytesToWrite() > 0 && socket.waitForBytesWritten(kPatienceMs)) {
            }
            break;
        case Step::Kind::Wait:
            QThread::msleep(static_cast<unsigned long>(step.milliseconds));
            break;
        case Step::Kind::Close:
            break;
        case Step::Kind::Reset:
            resetConnection(socket);
            return;
        case Step::Kind::Hang:
            while (!m_thread.isInterruptionRequested() && socket.state() == QAbstractSocket::ConnectedState)
                socket.waitForReadyRead(20);
            return;
        }
    }
    socket.disconnectFromHost();
    if (socket.state() != QAbstractSocket::UnconnectedState)
        socket.waitForDisconnected(kPatienceMs);
}

QByteArray streamHead()
{
    return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
}

QByteArray jsonReply(int status, const QByteArray &body)
{
    return "HTTP/1.1 " + QByteArray::number(status) +
           " X\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) +
           "\r\nConnection: close\r\n\r\n" + body;
}

QByteArray token(const QByteArray &text)
{
    const QJsonObject delta{{u"content"_qs, QString::fromUtf8(text)}};
    const QJsonObject choice{{u"index"_qs, 0}, {u"delta"_qs, delta}, {u"finish_reason"_qs, QJsonValue()}};
    return "data: " +
           QJsonDocument(QJsonObject{{u"choices"_qs, QJsonArray{choice}}}).toJson(QJsonDocument::Compact) +
           "\n\n";
}

} // namespace snug::test
