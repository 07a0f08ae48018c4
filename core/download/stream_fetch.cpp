// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/stream_fetch.h"

#include "core/download/body_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace snug::download {
namespace {

constexpr std::chrono::milliseconds kTick(1000);

} // namespace

StreamFetch::StreamFetch(const Parts &parts, PartFile &part)
    : m_parts(parts), m_part(part), m_connection(parts.poller, parts.options)
{
}

Result<StreamFetch::Outcome> StreamFetch::run()
{
    int refused = 0;
    for (;;) {
        SNUG_CHECK(awaitSource(m_parts, refused));
        SNUG_TRY(const Connection::Ending ending, request());
        if (m_told != kUnknown)
            return Outcome{m_told, false};
        if (!ending.refusal) {
            SNUG_CHECK(checkEnd()); // of a body without a byte
            SNUG_CHECK(m_part.resize(m_written));
            return Outcome{m_written, true};
        }
        if (ending.refusal->reason == RetryClass::Expired)
            refused = m_parts.sources.generation();
        else
            SNUG_CHECK(m_parts.gate.onRefusal(*ending.refusal));
    }
}

Result<Connection::Ending> StreamFetch::request()
{
    m_written = 0;
    m_lastByte = m_parts.poller.now();
    const AskedRange everything{{0, kUnknown}, kUnknown, isPagePath(m_parts.request.identity.path)};
    SNUG_CHECK(m_connection.start(m_parts.sources.source(), everything,
                                  [this](std::span<const std::byte> bytes) { return receive(bytes); }));
    m_parts.reporter.enter(State::Downloading);
    Result<Connection::Ending> ending = drive();
    m_connection.abort();
    return ending;
}

Result<Connection::Ending> StreamFetch::drive()
{
    CURLM *multi = m_parts.poller.multi();
    while (!m_parts.poller.stopped()) {
        if (throttled())
            continue;
        int running = 0;
        if (curl_multi_perform(multi, &running) != CURLM_OK)
            return fail(ErrorKind::Internal, "The connections could not be driven.");
        int queued = 0;
        const CURLMsg *message = curl_multi_info_read(multi, &queued);
        if (message != nullptr && message->msg == CURLMSG_DONE)
            return m_connection.finish(message->data.result);
        if (m_parts.poller.now() - m_lastByte >= m_parts.options.stallTimeout) {
            const std::string server = m_parts.sources.source().url.shown();
            return Connection::Ending{
                Refusal{RetryClass::Transient, Error{ErrorKind::Network,
                                                     server + " stopped sending; it is asked again.",
                                                     {{"server", server}},
                                                     "Check the network."}},
                false};
        }
        m_parts.reporter.update(m_written, 0, 1);
        m_parts.poller.wait(kTick);
    }
    return fail(ErrorKind::Cancelled, "The download was stopped.");
}

Result<void> StreamFetch::checkEnd() const
{
    const auto &accepted = m_connection.accepted();
    if (m_parts.request.hash.kind != HashKind::None || !accepted || accepted->endTold)
        return {};
    const std::string server = m_parts.sources.source().url.shown();
    return fail(
        ErrorKind::Protocol,
        fmt::format("{} does not tell how long {} is, so nobody could tell whether all of it arrived.",
                    server, m_parts.request.identity.path),
        {{"server", server}, {"reason", std::string("no_end")}},
        "Try another endpoint; what cannot be checked is not kept.");
}

Result<bool> StreamFetch::receive(std::span<const std::byte> bytes)
{
    if (const auto &accepted = m_connection.accepted(); accepted && accepted->total != kUnknown) {
        if (accepted->total > PieceMap::kMostFileBytes)
            return fail(ErrorKind::TooLarge, "The server tells a size that no file has.",
                        {{"limit", PieceMap::kMostFileBytes}});
        m_told = accepted->total;
        return false;
    }
    if (m_written == 0) {
        SNUG_CHECK(checkBeginning(m_parts.request.identity.path, bytes));
        SNUG_CHECK(checkEnd());
    }
    const auto size = static_cast<std::int64_t>(bytes.size());
    if (size > PieceMap::kMostFileBytes - m_written)
        return fail(ErrorKind::TooLarge, "The server sends more than any file has.",
                    {{"limit", PieceMap::kMostFileBytes}});
    SNUG_CHECK(m_part.writeAt(m_written, bytes));
    m_written += size;
    m_fetched += size;
    m_lastByte = m_parts.poller.now();
    m_parts.gate.onAccepted();
    m_parts.gate.onProgress(size);
    if (m_parts.options.limit != nullptr)
        m_parts.options.limit->take(size, m_lastByte);
    return true;
}

// True: the limit holds everything back for a moment.
bool StreamFetch::throttled()
{
    TokenBucket *limit = m_parts.options.limit;
    const auto before = m_parts.poller.now();
    const auto debt = limit != nullptr ? limit->debt(before) : std::chrono::milliseconds(0);
    if (debt.count() == 0)
        return false;
    m_parts.poller.waitIdle(std::min(debt, kTick));
    m_lastByte += m_parts.poller.now() - before;
    return true;
}

} // namespace snug::download
