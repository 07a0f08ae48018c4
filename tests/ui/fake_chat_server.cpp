// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/fake_chat_server.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace snug::test {
namespace {

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QByteArray sseEvent(const QJsonObject &object)
{
    return "data: " + compact(object) + "\n\n";
}

QJsonObject chunk(const QString &text)
{
    return {{u"choices"_s, QJsonArray{QJsonObject{{u"index"_s, 0},
                                                  {u"delta"_s, QJsonObject{{u"content"_s, text}}},
                                                  {u"finish_reason"_s, QJsonValue()}}}}};
}

} // namespace

FakeChatServer::FakeChatServer(QObject *parent)
    : QObject(parent), pieces{u"Hello"_s, u", "_s, u"you"_s}, finishReason(u"stop"_s)
{
    connect(&m_server, &QTcpServer::newConnection, this, &FakeChatServer::onConnection);
    m_server.listen(QHostAddress::LocalHost);
}

QString FakeChatServer::url() const
{
    return u"http://127.0.0.1:%1"_s.arg(m_server.serverPort());
}

int FakeChatServer::openStreams() const
{
    return static_cast<int>(std::count_if(m_streams.begin(), m_streams.end(), [](const auto &socket) {
        return socket && socket->state() == QAbstractSocket::ConnectedState;
    }));
}

void FakeChatServer::breakConnections()
{
    for (const auto &socket : m_streams) {
        if (socket)
            socket->abort();
    }
}

void FakeChatServer::onConnection()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { onBytes(socket); });
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    }
}

void FakeChatServer::onBytes(QTcpSocket *socket)
{
    const QByteArray bytes = socket->peek(socket->bytesAvailable());
    const qsizetype headEnd = bytes.indexOf("\r\n\r\n");
    if (headEnd < 0)
        return;
    const QByteArray head = bytes.first(headEnd);
    static const QRegularExpression length(u"content-length: (\\d+)"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    const qsizetype wanted = length.match(QString::fromLatin1(head)).captured(1).toLongLong();
    if (bytes.size() < headEnd + 4 + wanted)
        return;
    socket->readAll();
    answer(socket, head, bytes.sliced(headEnd + 4, wanted));
}

void FakeChatServer::answer(QTcpSocket *socket, const QByteArray &head, const QByteArray &body)
{
    if (head.contains("/input_tokens ")) {
        reply(socket, 200, compact({{u"input_tokens"_s, countedTokens}}));
        return;
    }
    if (head.startsWith("POST /tokenize ")) {
        reply(socket, 200, compact({{u"count"_s, countedTokens}}));
        return;
    }
    static const QRegularExpression bearer(u"authorization: bearer (\\S+)"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    const QByteArray key = bearer.match(QString::fromLatin1(head)).captured(1).toLatin1();
    if (!wantedKey.isEmpty() && key != wantedKey) {
        reply(socket, 401, R"({"error":{"message":"Invalid API Key"}})");
        return;
    }
    if (head.startsWith("GET /v1/models ")) {
        if (!silent)
            reply(socket, 200, models);
        return;
    }
    if (head.startsWith("POST /lora-adapters ")) {
        scales.append(QJsonDocument::fromJson(body).array());
        reply(socket, status, status == 200 ? QByteArray(R"({"success":true})") : errorBody);
        return;
    }
    keys.append(key);
    requests.append(QJsonDocument::fromJson(body).object());
    if (status != 200)
        reply(socket, status, errorBody);
    else
        stream(socket);
}

void FakeChatServer::stream(QTcpSocket *socket)
{
    m_streams.append(socket);
    socket->write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
    const bool whole = !first.isEmpty() || holdAfter < 0;
    const QStringList all = first.isEmpty() ? pieces : first.takeFirst();
    const qsizetype sent = whole ? all.size() : std::min<qsizetype>(holdAfter, all.size());
    for (qsizetype i = 0; i < sent; ++i)
        socket->write(sseEvent(chunk(all.at(i))));
    if (!whole)
        return;
    const int written = static_cast<int>(all.size());
    socket->write(sseEvent(
        {{u"choices"_s,
          QJsonArray{
              QJsonObject{{u"index"_s, 0}, {u"delta"_s, QJsonObject()}, {u"finish_reason"_s, finishReason}}}},
         {u"usage"_s, QJsonObject{{u"prompt_tokens"_s, promptTokens}, {u"completion_tokens"_s, written}}},
         {u"timings"_s, QJsonObject{{u"prompt_n"_s, promptTokens},
                                    {u"prompt_ms"_s, 10.0},
                                    {u"predicted_n"_s, written},
                                    {u"predicted_ms"_s, 100.0},
                                    {u"predicted_per_second"_s, 40.0}}}}));
    socket->write("data: [DONE]\n\n");
    socket->disconnectFromHost();
}

void FakeChatServer::reply(QTcpSocket *socket, int code, const QByteArray &json)
{
    socket->write("HTTP/1.1 " + QByteArray::number(code) +
                  " Status\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
                  QByteArray::number(json.size()) + "\r\n\r\n" + json);
    socket->disconnectFromHost();
}

} // namespace snug::test
