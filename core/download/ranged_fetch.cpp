// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/ranged_fetch.h"

#include "core/download/body_check.h"

#include <algorithm>
#include <utility>

namespace snug::download {
namespace {

constexpr std::chrono::milliseconds kTick(1000); // figures stay fresh when nothing arrives

} // namespace

RangedFetch::RangedFetch(const Parts &parts, PartFile &part, Journal &journal, JournalKeeper &keeper,
                         TrailingHash *hash, int connections)
    : m_parts(parts)
    , m_part(part)
    , m_journal(journal)
    , m_keeper(keeper)
    , m_hash(hash)
    , m_work(journal.pieces.missing(), journal.pieces.pieceBytes(), connections)
    , m_piecesBefore(journal.pieces.doneCount())
    , m_savedPieces(m_piecesBefore)
    , m_saved(parts.poller.now())
{
    for (int i = 0; i < connections; ++i)
        m_slots.push_back({std::make_unique<Connection>(parts.poller, parts.options), {}, 0, {}, {}, 0});
    if (m_hash != nullptr)
        m_hash->allow(m_journal.pieces.prefixBytes());
}

Result<void> RangedFetch::run()
{
    Result<void> result = loop();
    m_slots.clear();
    if (m_journal.pieces.doneCount() != m_piecesBefore) {
        m_journal.etag = m_parts.sources.etag();
        const Result<void> synced = m_keeper.saveNow(m_journal);
        if (result && !synced)
            return synced;
    }
    return result;
}

Result<void> RangedFetch::loop()
{
    while (!m_journal.pieces.complete()) {
        if (m_parts.poller.stopped())
            return fail(ErrorKind::Cancelled, "The download was stopped.");
        if (auto collected = collectSource(); !collected)
            return collected;
        if (auto started = startRequests(); !started)
            return started;
        if (throttled())
            continue;
        if (auto performed = perform(); !performed)
            return performed;
        if (auto dropped = dropStalled(); !dropped)
            return dropped;
        saveJournal();
        SNUG_CHECK(m_part.syncFailure());
        report();
        // A connection that has just become free is used at once: where all of them did, nothing would wake
        // us.
        if (!m_journal.pieces.complete() && !std::exchange(m_freed, false))
            m_parts.poller.wait(untilNext());
    }
    return {};
}

Result<void> RangedFetch::collectSource()
{
    const auto outcome = m_parts.sources.collect();
    if (!outcome || *outcome)
        return {};
    return m_parts.gate.onResolverError(outcome->error());
}

// Whether requests may go out; asks for an address where one is needed.
Result<bool> RangedFetch::haveSource()
{
    SourceKeeper &sources = m_parts.sources;
    const bool refused = sources.generation() == m_badGeneration;
    if (!sources.resolving() && (refused || sources.due()) && !m_parts.gate.closed()) {
        if (refused && sources.generation() > 0) {
            if (auto allowed = m_parts.gate.onRenewal(sources.source().url, sources.generation()); !allowed)
                return tl::make_unexpected(std::move(allowed).error());
        }
        sources.resolve();
    }
    return sources.generation() > m_badGeneration;
}

Result<void> RangedFetch::startRequests()
{
    SNUG_TRY(const bool ready, haveSource());
    if (!ready)
        return {};
    for (Slot &slot : m_slots) {
        if (slot.lease || m_parts.gate.closed())
            continue;
        const auto lease = m_work.take();
        if (!lease)
            return {};
        if (auto started = startRequest(slot, *lease); !started)
            return started;
    }
    return {};
}

Result<void> RangedFetch::startRequest(Slot &slot, WorkList::Lease lease)
{
    const Source &source = m_parts.sources.source();
    const AskedRange asked{m_work.rest(lease), m_journal.pieces.fileBytes(),
                           isPagePath(m_parts.request.identity.path)};
    slot.lease = lease;
    slot.generation = m_parts.sources.generation();
    slot.lastByte = slot.windowBegin = m_parts.poller.now();
    slot.windowBytes = 0;
    return slot.connection->start(
        source, asked, [this, &slot](std::span<const std::byte> bytes) { return receive(slot, bytes); });
}

// True: the limit holds everything back for a moment. Sockets that are not read slow the server down.
bool RangedFetch::throttled()
{
    TokenBucket *limit = m_parts.options.limit;
    const auto before = m_parts.poller.now();
    const auto debt = limit != nullptr ? limit->debt(before) : std::chrono::milliseconds(0);
    if (debt.count() == 0)
        return false;
    saveJournal();
    report();
    m_parts.poller.waitIdle(std::min(debt, kTick));
    const auto waited = m_parts.poller.now() - before;
    for (Slot &slot : m_slots) {
        slot.lastByte += waited;
        slot.windowBegin += waited;
    }
    return true;
}

Result<void> RangedFetch::perform()
{
    int running = 0;
    if (curl_multi_perform(m_parts.poller.multi(), &running) != CURLM_OK)
        return fail(ErrorKind::Internal, "The connections could not be driven.");
    int queued = 0;
    while (const CURLMsg *message = curl_multi_info_read(m_parts.poller.multi(), &queued)) {
        const auto slot = std::find_if(m_slots.begin(), m_slots.end(), [message](const Slot &candidate) {
            return candidate.connection->handle() == message->easy_handle;
        });
        if (message->msg != CURLMSG_DONE || slot == m_slots.end())
            continue;
        if (auto handled = ended(*slot, message->data.result); !handled)
            return handled;
    }
    return {};
}

Result<void> RangedFetch::ended(Slot &slot, CURLcode code)
{
    Connection::Ending ending = slot.connection->finish(code);
    if (!slot.lease) // it was part of what a single stream replaced
        return {};
    const bool all = m_work.rest(*slot.lease).length() == 0;
    m_work.giveBack(*std::exchange(slot.lease, std::nullopt));
    m_freed = true;
    if (ending.accepted)
        m_parts.gate.onAccepted();
    if (all)
        return {};
    if (!ending.refusal) {
        const std::string server = m_parts.sources.source().url.shown();
        ending.refusal =
            Refusal{RetryClass::Transient, Error{ErrorKind::Network,
                                                 "The connection to " + server + " ended too early.",
                                                 {{"server", server}},
                                                 "Check the network."}};
    }
    return refused(slot, *ending.refusal);
}

Result<void> RangedFetch::refused(const Slot &slot, const Refusal &refusal)
{
    if (refusal.reason == RetryClass::Expired) {
        m_badGeneration = std::max(m_badGeneration, slot.generation);
        return {};
    }
    if (refusal.reason == RetryClass::RangeIgnored) {
        if (!m_single) {
            goSingle();
            return {};
        }
        return m_parts.gate.onRefusal({RetryClass::Mismatch, refusal.error});
    }
    Result<void> again = m_parts.gate.onRefusal(refusal);
    if (again && m_single)
        restartSingle();
    return again;
}

void RangedFetch::drop(Slot &slot)
{
    slot.connection->abort();
    if (slot.lease)
        m_work.giveBack(*std::exchange(slot.lease, std::nullopt));
}

// The server cannot send parts: one connection brings everything, and what is here already is passed over.
void RangedFetch::goSingle()
{
    m_single = true;
    for (Slot &slot : m_slots)
        drop(slot);
    restartSingle();
}

void RangedFetch::restartSingle()
{
    m_journal.pieces.forgetUnfinished();
    m_work = WorkList::whole(m_journal.pieces.fileBytes());
}

Result<bool> RangedFetch::receive(Slot &slot, std::span<const std::byte> bytes)
{
    const Span rest = m_work.rest(*slot.lease);
    const auto size = std::min<std::int64_t>(static_cast<std::int64_t>(bytes.size()), rest.length());
    const auto used = bytes.first(static_cast<std::size_t>(size));
    if (rest.begin == 0) {
        if (auto checked = checkBeginning(m_parts.request.identity.path, used); !checked)
            return tl::make_unexpected(std::move(checked).error());
    }
    if (auto stored = store({rest.begin, rest.begin + size}, used); !stored)
        return tl::make_unexpected(std::move(stored).error());
    m_work.advance(*slot.lease, size);
    slot.lastByte = m_parts.poller.now();
    slot.windowBytes += size;
    m_fetched += size;
    m_parts.gate.onProgress(size);
    if (m_parts.options.limit != nullptr)
        m_parts.options.limit->take(size, slot.lastByte);
    // Another may have taken the end of it: then the rest of the answer is not wanted.
    return size == static_cast<std::int64_t>(bytes.size());
}

Result<void> RangedFetch::store(Span span, std::span<const std::byte> bytes)
{
    PieceMap &pieces = m_journal.pieces;
    while (span.length() > 0) {
        const auto index = static_cast<std::size_t>(span.begin / pieces.pieceBytes());
        const Span here{span.begin, std::min(span.end, pieces.piece(index).end)};
        const auto size = static_cast<std::size_t>(here.length());
        if (!pieces.isDone(index)) {
            if (auto written = m_part.writeAt(here.begin, bytes.first(size)); !written)
                return written;
            pieces.fill(here);
        }
        bytes = bytes.subspan(size);
        span.begin = here.end;
    }
    if (m_hash != nullptr)
        m_hash->allow(pieces.prefixBytes());
    return {};
}

// Hardly anything for as long as a stall may last.
bool RangedFetch::isCrawling(Slot &slot) const
{
    constexpr std::int64_t kCrawlBytes = 4096;
    const auto now = m_parts.poller.now();
    if (now - slot.windowBegin < m_parts.options.stallTimeout)
        return false;
    const bool crawling = slot.windowBytes < kCrawlBytes;
    slot.windowBegin = now;
    slot.windowBytes = 0;
    return crawling;
}

Result<void> RangedFetch::dropStalled()
{
    const auto now = m_parts.poller.now();
    for (Slot &slot : m_slots) {
        if (!slot.lease)
            continue;
        if (now - slot.lastByte < m_parts.options.stallTimeout && !isCrawling(slot))
            continue;
        drop(slot);
        const std::string server = m_parts.sources.source().url.shown();
        const Refusal stalled{RetryClass::Transient, Error{ErrorKind::Network,
                                                           server + " stopped sending; it is asked again.",
                                                           {{"server", server}},
                                                           "Check the network."}};
        if (auto again = refused(slot, stalled); !again)
            return again;
    }
    return {};
}

void RangedFetch::saveJournal()
{
    const auto now = m_parts.poller.now();
    const std::size_t done = m_journal.pieces.doneCount();
    if (done == m_savedPieces || now - m_saved < m_parts.options.journalEvery)
        return;
    m_journal.etag = m_parts.sources.etag();
    m_keeper.save(m_journal);
    m_savedPieces = done;
    m_saved = now;
}

int RangedFetch::busyCount() const
{
    return static_cast<int>(std::count_if(m_slots.begin(), m_slots.end(),
                                          [](const Slot &slot) { return slot.lease.has_value(); }));
}

void RangedFetch::report()
{
    const int busy = busyCount();
    StatusReporter &reporter = m_parts.reporter;
    if (busy > 0)
        reporter.enter(State::Downloading);
    else if (m_parts.gate.closed())
        reporter.waitFor(m_parts.gate.reason(), m_parts.gate.left(), m_parts.gate.trouble());
    else if (m_parts.sources.resolving())
        reporter.enter(State::Resolving);
    reporter.update(m_journal.pieces.filledBytes(), m_hash != nullptr ? m_hash->hashedBytes() : 0, busy);
}

std::chrono::milliseconds RangedFetch::untilNext() const
{
    auto wait = kTick;
    if (const auto left = m_parts.gate.left(); left.count() > 0)
        wait = std::min(wait, left);
    return wait;
}

} // namespace snug::download
