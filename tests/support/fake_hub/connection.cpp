// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/connection.h"

#include "tests/support/tcp_reset.h"

#include <QTcpSocket>

#include <algorithm>
#include <limits>

namespace snug::test {
namespace {

constexpr std::int64_t kChunk = 256 << 10;
constexpr std::int64_t kHighWater = 1 << 20;
constexpr std::int64_t kReadAhead = 256 << 10;
constexpr std::chrono::milliseconds kTick(10);
// A link's queue: what it did not send in this time is lost.
constexpr double kBurstSeconds = 0.05;
// The kernel has handed the bytes to a client on the same machine by then.
constexpr std::chrono::milliseconds kBeforeReset(20);

} // namespace

Connection::Connection(QTcpSocket *socket, const ListenerRules &rules, int number, QObject *parent)
    : QObject(parent), m_socket(socket), m_rules(rules), m_number(number)
{
    m_socket->setParent(this);
    m_socket->setReadBufferSize(kReadAhead);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    m_sinceFill.start();
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_held = false;
        const std::function<void()> then = std::move(m_then);
        then();
    });
    connect(m_socket, &QTcpSocket::readyRead, this, &Connection::onReadyRead);
    connect(m_socket, &QTcpSocket::bytesWritten, this, &Connection::onWritten);
    connect(m_socket, &QTcpSocket::disconnected, this, &Connection::onDisconnected);
    onReadyRead();
}

void Connection::drop()
{
    resetConnection(*m_socket);
}

void Connection::later(std::chrono::milliseconds wait, std::function<void()> what)
{
    m_held = true;
    m_then = std::move(what);
    m_timer.start(wait);
}

void Connection::onReadyRead()
{
    if (m_sending)
        return;
    m_received += m_socket->readAll();
    nextRequest();
}

void Connection::nextRequest()
{
    ParsedRequest parsed =
        parseRequest({m_received.constData(), static_cast<std::size_t>(m_received.size())});
    switch (parsed.state) {
    case ParsedRequest::State::Incomplete:
        return;
    case ParsedRequest::State::Malformed:
        return refuse(400);
    case ParsedRequest::State::TooLarge:
        return refuse(431);
    case ParsedRequest::State::Complete:
        m_received.remove(0, static_cast<qsizetype>(parsed.consumed));
        begin(parsed.request);
        return;
    }
}

void Connection::refuse(int status)
{
    const Reply reply = textReply(status, "text/plain", std::string(reasonOf(status)));
    m_received.clear();
    m_socket->write(QByteArray::fromStdString(headBytes(reply) + "Connection: close\r\n\r\n" +
                                              std::string(reasonOf(status))));
    m_socket->disconnectFromHost();
}

void Connection::begin(const Request &request)
{
    LoggedRequest entry{m_rules.origin, m_number, request, std::chrono::steady_clock::now()};
    m_sending.emplace();
    m_sending->reply = m_rules.answer(request);
    const Reply &reply = m_sending->reply;
    entry.status = reply.noHead ? 0 : reply.status;
    m_sending->log = m_rules.log->add(std::move(entry));
    m_sending->length = bodyLength(reply);
    m_sending->last = reply.closeAfter || request.header("Connection") == "close";
    if (reply.halt && reply.halt->after < 0)
        return stopOnPurpose();
    if (!reply.noHead) {
        const std::string head = headBytes(reply) + (reply.endlessHead ? "" : "\r\n");
        m_sending->headBytes = static_cast<std::int64_t>(head.size());
        m_socket->write(QByteArray::fromStdString(head));
    }
    if (reply.endlessHead)
        return sendEndlessHead();
    pump();
}

void Connection::sendEndlessHead()
{
    if (m_socket->bytesToWrite() < kHighWater)
        m_socket->write("X-Filler: " + QByteArray(1000, 'x') + "\r\n");
    later(*m_sending->reply.endlessHead, [this] { sendEndlessHead(); });
}

void Connection::pump()
{
    while (m_sending && !m_held && m_socket->bytesToWrite() < kHighWater) {
        const std::optional<Halt> &halt = m_sending->reply.halt;
        const bool halts = halt && halt->after <= m_sending->length;
        const std::int64_t left = (halts ? halt->after : m_sending->length) - m_sending->sent;
        if (left <= 0) {
            if (m_socket->bytesToWrite() > 0)
                return;
            return halts ? stopOnPurpose() : finish();
        }
        const std::int64_t allowed = allowance();
        // A tick's worth at once: a few bytes at a time, each would take as long as the next few need to be
        // allowed, and no other connection would ever have its turn.
        const std::int64_t worth = std::max<std::int64_t>(1, rate() * kTick.count() / 1000);
        if (allowed < std::min(left, worth)) {
            // Slow enough to wait for a whole byte, quick enough that a faster rate is noticed.
            const std::int64_t byteMs = 1000 / std::max<std::int64_t>(1, rate());
            return later(std::max(kTick, std::chrono::milliseconds(byteMs)), [this] { pump(); });
        }
        if (!sendSome(std::min({left, allowed, kChunk})))
            return drop();
    }
}

bool Connection::sendSome(std::int64_t atMost)
{
    Sending &sending = *m_sending;
    while (sending.inPart == sending.reply.parts[sending.part].length) {
        ++sending.part;
        sending.inPart = 0;
    }
    const BodyPart &part = sending.reply.parts[sending.part];
    const std::int64_t count = std::min(atMost, part.length - sending.inPart);
    QByteArray chunk(static_cast<qsizetype>(count), Qt::Uninitialized);
    if (!part.body.readAt(part.offset + sending.inPart, {chunk.data(), static_cast<std::size_t>(count)}))
        return false;
    sending.inPart += count;
    sending.sent += count;
    m_tokens = rate() > 0 ? m_tokens - static_cast<double>(count) : 0;
    m_rules.log->update(sending.log, sending.sent, false);
    m_socket->write(chunk);
    return true;
}

void Connection::stopOnPurpose()
{
    const Halt halt = *m_sending->reply.halt;
    switch (halt.how) {
    case Halt::How::Close:
        m_sending->last = true;
        return finish();
    case Halt::How::Reset:
        return later(kBeforeReset, [this] { drop(); });
    case Halt::How::Stall:
        m_sending->reply.halt.reset();
        m_held = true;
        if (halt.stall.count() > 0)
            later(halt.stall, [this] { pump(); });
        return;
    }
}

void Connection::onWritten(qint64 bytes)
{
    if (m_sending)
        m_sending->flushed += bytes;
    pump();
}

void Connection::finish()
{
    m_rules.log->update(m_sending->log, m_sending->sent, true);
    const bool last = m_sending->last;
    m_sending.reset();
    if (last) {
        m_received.clear();
        m_socket->disconnectFromHost();
        return;
    }
    onReadyRead();
}

void Connection::onDisconnected()
{
    if (m_sending) {
        const std::int64_t body = std::max<std::int64_t>(0, m_sending->flushed - m_sending->headBytes);
        m_rules.log->update(m_sending->log, body, true);
        m_sending.reset();
    }
    m_timer.stop();
    deleteLater();
}

std::int64_t Connection::rate() const
{
    const std::int64_t own = m_sending->reply.bytesPerSecond;
    return own > 0 ? own : m_rules.bytesPerSecond->load();
}

std::int64_t Connection::allowance()
{
    const auto perSecond = static_cast<double>(rate());
    if (perSecond <= 0)
        return std::numeric_limits<std::int64_t>::max();
    const double seconds = static_cast<double>(m_sinceFill.nsecsElapsed()) * 1e-9;
    m_sinceFill.restart();
    m_tokens = std::min(m_tokens + seconds * perSecond, std::max(1.0, perSecond * kBurstSeconds));
    return static_cast<std::int64_t>(m_tokens);
}

} // namespace snug::test
