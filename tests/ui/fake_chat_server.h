// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QPointer>
#include <QStringList>
#include <QTcpServer>
#include <QTcpSocket>

namespace snug::test {

// An OpenAI-compatible server on loopback that answers what a test put into it. Runs in the event loop of its
// thread.
class FakeChatServer final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FakeChatServer)
public:
    explicit FakeChatServer(QObject *parent = nullptr);

    [[nodiscard]] QString url() const;

    QList<QStringList> first; // pieces of as many answers, which come before those of `pieces` and whole
    QStringList pieces;       // of the next answers
    int holdAfter = -1;       // sends that many pieces and no more; -1: all
    QString finishReason;     // of a whole answer
    int promptTokens = 7;
    int status = 200; // anything else: `errorBody` is the answer
    QByteArray errorBody;
    int countedTokens = 5; // the answer to counting
    QByteArray models = R"({"data":[{"id":"fake/Model-7B","owned_by":"somebody"}]})"; // to GET /v1/models
    QByteArray wantedKey;     // another one is refused; empty: any is taken
    QList<QJsonArray> scales; // of adapters, as they were set
    bool silent = false;      // takes questions for its models and never answers them

    // Requests for an answer, oldest first.
    QList<QJsonObject> requests;
    QList<QByteArray> keys;
    int openStreams() const;
    // Cuts every connection.
    void breakConnections();

private:
    void onConnection();
    void onBytes(QTcpSocket *socket);
    void answer(QTcpSocket *socket, const QByteArray &head, const QByteArray &body);
    void stream(QTcpSocket *socket);
    static void reply(QTcpSocket *socket, int code, const QByteArray &json);

    QTcpServer m_server;
    QList<QPointer<QTcpSocket>> m_streams;
};

} // namespace snug::test
