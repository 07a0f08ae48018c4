// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QList>
#include <QMutex>
#include <QThread>

#include <functional>

class QTcpServer;
class QTcpSocket;

namespace snug::test {

// One step of what a scripted server does with a connection, after it has read a whole request.
struct Step {
    enum class Kind { Send, Wait, Close, Reset, Hang };
    Kind kind = Kind::Send;
    QByteArray bytes;
    int milliseconds = 0;
};

[[nodiscard]] inline Step sends(QByteArray bytes)
{
    return {Step::Kind::Send, std::move(bytes), 0};
}
[[nodiscard]] inline Step waits(int milliseconds)
{
    return {Step::Kind::Wait, {}, milliseconds};
}
[[nodiscard]] inline Step closes()
{
    return {Step::Kind::Close, {}, 0};
}
// A TCP reset: what a killed process leaves.
[[nodiscard]] inline Step resets()
{
    return {Step::Kind::Reset, {}, 0};
}
// Says nothing more until the client goes away.
[[nodiscard]] inline Step hangs()
{
    return {Step::Kind::Hang, {}, 0};
}

// A real HTTP server on loopback that answers every request by the same script, on a thread of its own.
class ScriptedServer {
public:
    explicit ScriptedServer(QList<Step> script);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer &) = delete;
    ScriptedServer &operator=(const ScriptedServer &) = delete;

    [[nodiscard]] QByteArray url() const;
    // Each with its head and body, in the order in which they came.
    [[nodiscard]] QList<QByteArray> requests() const;

private:
    void serve(QTcpSocket &socket);

    QList<Step> m_script;
    QThread m_thread;
    QTcpServer *m_server = nullptr; // lives and dies on the thread
    quint16 m_port = 0;
    mutable QMutex m_mutex;
    QList<QByteArray> m_requests;
};

// Heads of replies.
[[nodiscard]] QByteArray streamHead();
[[nodiscard]] QByteArray jsonReply(int status, const QByteArray &body);
// "data: ...\n\n" with one piece of an answer.
[[nodiscard]] QByteArray token(const QByteArray &text);

} // namespace snug::test
