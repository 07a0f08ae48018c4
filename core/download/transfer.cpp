// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/transfer.h"

#include "core/base/error_detail.h"
#include "core/base/paths.h"
#include "core/download/body_check.h"
#include "core/download/install.h"
#include "core/download/parts.h"
#include "core/download/ranged_fetch.h"
#include "core/download/stream_fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

namespace snug::download {
namespace {

constexpr std::chrono::milliseconds kSpaceCheck(2000);
constexpr int kAttempts = 2;
constexpr int kMostConnections = 16;

tl::unexpected<Error> stopped()
{
    return fail(ErrorKind::Cancelled, "The download was stopped.");
}

void removeIfThere(const std::filesystem::path &path)
{
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
}

void discard(const FileRequest &request)
{
    removeJournal(journalPath(request.part));
    removeIfThere(request.part);
}

// What an earlier run left, if it is of the same file; bytes must be known.
std::optional<Journal> leftOver(const FileRequest &request, std::int64_t bytes)
{
    std::error_code code;
    const auto size = std::filesystem::file_size(request.part, code);
    if (code || size != static_cast<std::uintmax_t>(bytes))
        return std::nullopt;
    const Journal wanted{request.identity, request.hash, {}, PieceMap(bytes, PieceMap::pieceBytesFor(bytes))};
    auto journal = loadJournal(journalPath(request.part), wanted);
    return journal ? std::optional(*std::move(journal)) : std::nullopt;
}

// A hash names the content wherever it comes from: another mirror may have another etag for it.
std::string leftOverEtag(const FileRequest &request)
{
    if (request.bytes == kUnknown || request.hash.kind != HashKind::None)
        return {};
    const auto journal = leftOver(request, request.bytes);
    return journal ? journal->etag : std::string();
}

bool wasReplaced(const Error &error)
{
    return hasReason(error, "changed");
}

class Transfer {
public:
    Transfer(const FileRequest &request, const Options &options, const Observer &observer, Poller &poller,
             Clock &clock)
        : m_request(request)
        , m_options(options)
        , m_poller(poller)
        , m_reporter(observer, clock)
        , m_gate(options, poller)
        , m_sources(request, options, poller, leftOverEtag(request))
        , m_parts{m_request, m_options, m_poller, m_sources, m_gate, m_reporter}
    {
    }

    Result<Done> run();

private:
    Result<std::int64_t> learnSize();
    Result<std::int64_t> stream();
    Result<void> keepStreamed(PartFile &part, std::int64_t bytes);
    Result<void> ensureSpace(std::int64_t bytes);
    Result<void> waitForSpace(const Error &trouble);
    Result<std::string> fetch(std::int64_t bytes, int connections);
    Result<std::string> fetchOnce(std::int64_t bytes, int connections);
    Journal journalFor(std::int64_t bytes);
    Result<void> checkUnhashed(const PartFile &part);
    Result<std::string> hashResult(const TrailingHash &hash, std::int64_t bytes);
    Result<void> fetchVerified();

    const FileRequest &m_request;
    const Options &m_options;
    Poller &m_poller;
    StatusReporter m_reporter;
    Gate m_gate;
    SourceKeeper m_sources;
    const Parts m_parts;
    Done m_done;
};

Result<Done> Transfer::run()
{
    if (auto fetched = fetchVerified(); !fetched) {
        // Without a hash nothing could tell the old bytes from the new ones later.
        if (wasReplaced(fetched.error()) && m_request.hash.kind == HashKind::None)
            discard(m_request);
        return tl::make_unexpected(std::move(fetched).error());
    }
    SNUG_CHECK(install(m_request.part, m_request.target, m_poller, m_reporter));
    removeJournal(journalPath(m_request.part));
    m_reporter.enter(State::Done);
    return m_done;
}

Result<std::int64_t> Transfer::learnSize()
{
    if (m_request.bytes != kUnknown)
        return m_request.bytes;
    SNUG_CHECK(awaitSource(m_parts, 0));
    if (m_sources.bytes() != kUnknown)
        return m_sources.bytes();
    return stream();
}

// The whole file where its size is not to be had; else only that.
Result<std::int64_t> Transfer::stream()
{
    discard(m_request);
    for (;;) {
        SNUG_TRY(PartFile part, PartFile::open(m_request.part, 0));
        StreamFetch fetch(m_parts, part);
        auto outcome = fetch.run();
        m_done.fetchedBytes += fetch.fetchedBytes();
        if (outcome && outcome->complete) {
            if (auto kept = keepStreamed(part, outcome->bytes); !kept)
                outcome = tl::make_unexpected(std::move(kept).error());
        }
        if (!outcome && outcome.error().kind == ErrorKind::NoSpace && m_options.waitForSpace) {
            SNUG_CHECK(part.resize(0));
            SNUG_CHECK(waitForSpace(outcome.error()));
            continue;
        }
        if (!outcome)
            return tl::make_unexpected(outcome.error());
        m_done.singleStream = outcome->complete;
        return outcome->bytes;
    }
}

Result<void> Transfer::keepStreamed(PartFile &part, std::int64_t bytes)
{
    PieceMap pieces(bytes, PieceMap::pieceBytesFor(bytes));
    pieces.fill({0, bytes});
    JournalKeeper keeper(journalPath(m_request.part), part, m_options.syncEvery);
    return keeper.saveNow({m_request.identity, m_request.hash, m_sources.etag(), std::move(pieces)});
}

Result<void> Transfer::waitForSpace(const Error &trouble)
{
    m_reporter.waitFor(WaitReason::Disk, std::chrono::milliseconds(0), trouble);
    m_poller.waitIdle(kSpaceCheck);
    if (m_poller.stopped())
        return stopped();
    return {};
}

Result<void> Transfer::ensureSpace(std::int64_t bytes)
{
    m_reporter.enter(State::Preflight);
    for (;;) {
        const std::int64_t missing = std::max<std::int64_t>(bytes - allocatedBytes(m_request.part), 0);
        SNUG_TRY(const Volume volume, m_options.volume(m_request.part));
        if (volume.freeBytes >= missing)
            return {};
        const Error trouble = noSpaceError(m_request.part, missing, volume.freeBytes);
        if (!m_options.waitForSpace)
            return tl::make_unexpected(trouble);
        SNUG_CHECK(waitForSpace(trouble));
    }
}

// Returns the hash of what was fetched; empty if none is asked for.
Result<std::string> Transfer::fetch(std::int64_t bytes, int connections)
{
    for (;;) {
        SNUG_CHECK(ensureSpace(bytes));
        auto fetched = fetchOnce(bytes, connections);
        const bool full = !fetched && fetched.error().kind == ErrorKind::NoSpace;
        if (!full || !m_options.waitForSpace)
            return fetched;
        SNUG_CHECK(waitForSpace(fetched.error()));
    }
}

Journal Transfer::journalFor(std::int64_t bytes)
{
    if (auto journal = leftOver(m_request, bytes); journal && journal->etag == m_sources.etag())
        return *std::move(journal);
    else if (journal && m_request.hash.kind != HashKind::None)
        return *std::move(journal);
    removeJournal(journalPath(m_request.part));
    return {m_request.identity, m_request.hash, {}, PieceMap(bytes, PieceMap::pieceBytesFor(bytes))};
}

Result<std::string> Transfer::fetchOnce(std::int64_t bytes, int connections)
{
    Journal journal = journalFor(bytes);
    SNUG_TRY(PartFile part, PartFile::open(m_request.part, bytes));
    std::unique_ptr<TrailingHash> hash;
    if (m_request.hash.kind != HashKind::None) {
        SNUG_TRY(hash, TrailingHash::start(part, m_request.hash.kind, bytes));
    }
    JournalKeeper keeper(journalPath(m_request.part), part, m_options.syncEvery);
    RangedFetch fetch(m_parts, part, journal, keeper, hash.get(), connections);
    const Result<void> fetched = fetch.run();
    m_done.fetchedBytes += fetch.fetchedBytes();
    m_done.singleStream = m_done.singleStream || fetch.singleStream();
    SNUG_CHECK(fetched);
    SNUG_CHECK(part.sync());
    if (!hash) {
        SNUG_CHECK(checkUnhashed(part));
        return std::string();
    }
    return hashResult(*hash, bytes);
}

// Connections look at what comes first, which may be too short to tell; without a hash nobody else looks.
Result<void> Transfer::checkUnhashed(const PartFile &part)
{
    std::array<std::byte, kBeginningBytes> bytes{};
    SNUG_TRY(const std::size_t size, part.readAt(0, bytes));
    const auto checked = checkBeginning(m_request.identity.path, std::span(bytes).first(size));
    if (!checked)
        discard(m_request);
    return checked;
}

Result<std::string> Transfer::hashResult(const TrailingHash &hash, std::int64_t bytes)
{
    constexpr std::chrono::milliseconds kLook(20);
    m_reporter.enter(State::Verifying);
    for (;;) {
        if (auto result = hash.result()) {
            m_reporter.update(bytes, hash.hashedBytes(), 0);
            return *std::move(result);
        }
        if (m_poller.stopped())
            return stopped();
        m_reporter.update(bytes, hash.hashedBytes(), 0);
        m_poller.waitIdle(kLook);
    }
}

Result<void> Transfer::fetchVerified()
{
    const int most = std::clamp(m_options.connections, 1, kMostConnections);
    for (int attempt = 1;; ++attempt) {
        m_done.attempts = attempt;
        // Once more too: what was damaged may have been as long as a cut left it.
        m_reporter.setTotal(m_request.bytes);
        SNUG_TRY(const std::int64_t bytes, learnSize());
        m_reporter.setTotal(bytes);
        m_done.bytes = bytes;
        SNUG_TRY(m_done.hash, fetch(bytes, attempt == 1 ? most : 1));
        if (m_done.hash == m_request.hash.hex)
            return {};
        discard(m_request);
        if (attempt == kAttempts)
            return fail(ErrorKind::Checksum,
                        fmt::format("{} arrived damaged, twice: its hash is {} and should be {}.",
                                    m_request.identity.path, m_done.hash, m_request.hash.hex),
                        {{"expected", m_request.hash.hex}, {"actual", m_done.hash}},
                        "Try again later or over another network; nothing damaged was kept.");
        m_reporter.setAttempt(attempt + 1);
    }
}

// nullopt: nothing has the final name.
Result<std::optional<Done>> finishedBefore(const FileRequest &request, const std::stop_token &stop)
{
    using std::filesystem::file_type;
    std::error_code code;
    const file_type type = std::filesystem::symlink_status(request.target, code).type();
    if (type == file_type::not_found)
        return std::optional<Done>();
    const auto size = std::filesystem::file_size(request.target, code);
    if (code == std::errc::no_such_file_or_directory && type != file_type::symlink)
        return std::optional<Done>(); // it was taken away just now
    Done done;
    done.alreadyThere = true;
    done.bytes = code ? kUnknown : static_cast<std::int64_t>(size);
    bool same = !code && (request.bytes == kUnknown || request.bytes == done.bytes);
    if (same && request.hash.kind != HashKind::None) {
        SNUG_TRY(done.hash, hashFile(request.target, request.hash.kind, {}, stop));
        same = done.hash == request.hash.hex;
    }
    if (!same && request.ownsTarget && std::filesystem::remove(request.target, code))
        return std::optional<Done>();
    if (!same)
        return fail(ErrorKind::InvalidArgument,
                    fmt::format("{} is there already and is another file.", toUtf8(request.target)),
                    {{"path", toUtf8(request.target)}}, "Move it away; nothing was overwritten.");
    return std::optional(std::move(done));
}

Result<Done> fetchMissing(const FileRequest &request, const Options &options, const Observer &observer,
                          const std::stop_token &stop)
{
    SystemClock systemClock;
    Clock &clock = options.clock != nullptr ? *options.clock : systemClock;
    SNUG_TRY(const std::unique_ptr<Poller> poller, Poller::create(clock, stop));
    return Transfer(request, options, observer, *poller, clock).run();
}

} // namespace

Result<Done> fetchFile(const FileRequest &request, const Options &options, const Observer &observer,
                       const std::stop_token &stop)
{
    if (request.bytes != kUnknown && (request.bytes < 0 || request.bytes > PieceMap::kMostFileBytes))
        return fail(ErrorKind::InvalidArgument, "No file has that size.", {{"bytes", request.bytes}});
    std::optional<FileLock> lock;
    if (request.lock == nullptr) {
        SNUG_TRY(lock, lockPart(request.part));
        if (!lock)
            return fail(ErrorKind::Io, fmt::format("{} is being downloaded already.", request.identity.path),
                        {{"path", toUtf8(request.part)}, {"reason", std::string("busy")}},
                        "Wait for the other download, or stop it.");
    }
    SNUG_TRY(const std::optional<Done> before, finishedBefore(request, stop));
    if (!before)
        return fetchMissing(request, options, observer, stop);
    discard(request); // what a run that was interrupted in its last steps left
    return *before;
}

Result<std::optional<FileLock>> lockPart(const std::filesystem::path &part)
{
    std::error_code code;
    std::filesystem::create_directories(part.parent_path(), code);
    auto path = part;
    path += ".lock";
    return FileLock::tryAcquire(path);
}

} // namespace snug::download
