// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/source_keeper.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace snug::download {
namespace {

tl::unexpected<Error> changed(const FileRequest &request, const char *what)
{
    return fail(
        ErrorKind::Protocol,
        fmt::format("{} was replaced on the server: its {} is another one than before, so the rest of "
                    "it does not belong to what is here.",
                    request.identity.path, what),
        {{"reason", std::string("changed")}, {"what", std::string(what)}},
        "Look at the repository again and download its newer version.");
}

// The Hub's etags are the hashes of the files; those of other servers are anything.
bool contradicts(const std::string &etag, const ExpectedHash &hash)
{
    return hash.kind != HashKind::None && etag.size() == hash.hex.size() && etag != hash.hex &&
           etag.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// After that long it is renewed. A lifetime is the difference of two clocks, the server's and this machine's,
// or any number that stands in an address: one that is over already, or nearly, tells nothing.
std::chrono::seconds renewalAfter(std::optional<std::chrono::seconds> lifetime, std::chrono::seconds most)
{
    constexpr std::chrono::seconds kLeast(60); // whatever they say, the Hub is not asked all the time
    constexpr int kPart = 6;                   // renewed when five sixths are over
    if (lifetime && *lifetime >= kLeast)
        most = std::min(most, *lifetime - *lifetime / kPart);
    return std::max(most, kLeast);
}

} // namespace

SourceKeeper::SourceKeeper(const FileRequest &request, const Options &options, Poller &poller,
                           std::string etag)
    : m_request(request)
    , m_options(options)
    , m_poller(poller)
    , m_bytes(request.bytes)
    , m_etag(std::move(etag))
    , m_commit(request.identity.commit)
{
}

bool SourceKeeper::due() const
{
    if (m_generation == 0 || m_resolving)
        return m_generation == 0 && !m_resolving;
    return m_poller.now() - m_resolved >= renewalAfter(m_source->lifetime, m_options.renewAfter);
}

void SourceKeeper::resolve()
{
    m_resolving = true;
    m_thread = std::jthread([this](const std::stop_token &stop) {
        Result<Source> answer = m_request.resolve(stop);
        {
            const std::lock_guard lock(m_mutex);
            m_answer = std::move(answer);
        }
        m_poller.wake();
    });
}

std::optional<Result<void>> SourceKeeper::collect()
{
    std::optional<Result<Source>> answer;
    {
        const std::lock_guard lock(m_mutex);
        answer = std::exchange(m_answer, std::nullopt);
    }
    if (!answer)
        return std::nullopt;
    m_resolving = false;
    if (!*answer)
        return tl::make_unexpected(std::move(*answer).error());
    if (auto same = check(**answer); !same)
        return same;
    m_source = **std::move(answer);
    m_resolved = m_poller.now();
    ++m_generation;
    return Result<void>();
}

Result<void> SourceKeeper::check(const Source &source)
{
    if (!source.url.secure() && !source.url.loopback())
        return fail(ErrorKind::InvalidArgument,
                    fmt::format("{} would be used without encryption, which is refused.", source.url.shown()),
                    {{"server", source.url.shown()}}, "Use an address that begins with https.");
    if (source.bytes != kUnknown && (source.bytes < 0 || source.bytes > PieceMap::kMostFileBytes))
        return fail(ErrorKind::TooLarge, "The server tells a size that no file has.",
                    {{"limit", PieceMap::kMostFileBytes}});
    if (contradicts(source.etag, m_request.hash))
        return changed(m_request, "content");
    if (source.bytes != kUnknown && m_bytes != kUnknown && source.bytes != m_bytes)
        return changed(m_request, "size");
    if (!source.etag.empty() && !m_etag.empty() && source.etag != m_etag)
        return changed(m_request, "content");
    if (!source.commit.empty() && !m_commit.empty() && source.commit != m_commit)
        return changed(m_request, "commit");
    if (source.bytes != kUnknown)
        m_bytes = source.bytes;
    if (!source.etag.empty())
        m_etag = source.etag;
    if (!source.commit.empty())
        m_commit = source.commit;
    return {};
}

} // namespace snug::download
