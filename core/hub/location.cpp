// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/location.h"

#include "core/hub/rate_limit.h"
#include "core/hub/safe_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace snug::hub {
namespace {

using http::HttpReply;
using http::Url;

constexpr std::int64_t kMaxFileBytes = std::int64_t{1} << 50;

std::string encodedPath(std::string_view path)
{
    std::string encoded;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        encoded += (begin == 0 ? "" : "/") + http::percentEncode(path.substr(begin, end - begin));
        begin = end + 1;
    }
    return encoded;
}

std::optional<std::int64_t> number(std::string_view digits, std::int64_t most = kMaxFileBytes)
{
    std::int64_t value = -1;
    const char *end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, value);
    if (digits.empty() || error != std::errc() || stopped != end || value < 0 || value > most)
        return std::nullopt;
    return value;
}

// Without quotes and the mark of a weak one; empty if it is nothing that could be a hash or name.
std::string etagOf(std::string_view header)
{
    if (header.starts_with("W/"))
        header.remove_prefix(2);
    if (header.size() >= 2 && header.front() == '"' && header.back() == '"')
        header = header.substr(1, header.size() - 2);
    const bool plain = std::all_of(header.begin(), header.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
               c == '_' || c == '.';
    });
    return plain && header.size() <= 128 ? std::string(header) : std::string();
}

// The size of the whole: of "bytes 0-0/TOTAL", of "bytes */TOTAL", or the length of an answer to no range.
std::optional<std::int64_t> wholeBytes(const HttpReply &reply)
{
    const std::string_view range = reply.header("content-range");
    const auto slash = range.rfind('/');
    if (range.starts_with("bytes ") && slash != std::string_view::npos)
        return number(range.substr(slash + 1));
    const std::string_view coding = reply.header("content-encoding");
    if (reply.status == 200 && (coding.empty() || coding == "identity"))
        return number(reply.header("content-length"));
    return std::nullopt;
}

// An empty file has no byte 0.
bool isEmptyFile(const HttpReply &reply)
{
    return reply.status == 416 && wholeBytes(reply) == 0;
}

tl::unexpected<Error> contradiction(const char *reason, std::string message)
{
    return fail(ErrorKind::Protocol, std::move(message), {{"reason", std::string(reason)}},
                "Try again later; a proxy or mirror may be in the way.");
}

Error storageError(const HttpReply &reply, const Url &url, std::chrono::system_clock::time_point now)
{
    constexpr long kTooMany = 429;
    Error error{reply.status == kTooMany ? ErrorKind::RateLimited : ErrorKind::Http,
                fmt::format("The server that keeps the file refuses to give it (status {}).", reply.status),
                {{"status", static_cast<std::int64_t>(reply.status)},
                 {"reason", std::string("storage")},
                 {"server", url.shown()}},
                "Try again; the address of the file may have ended."};
    if (const auto wait = waitAfter(reply, now))
        error.detail.emplace_back("retry_after_s", *wait);
    return error;
}

// One walk from the Hub to where the bytes are.
class Walk {
public:
    Walk(const Wire &wire, Asked asked, Url start)
        : m_wire(wire)
        , m_asked(std::move(asked))
        , m_location{std::move(start), true, {}, std::nullopt, {}, std::nullopt}
    {
    }

    Result<Found> run(Ask ask, const std::stop_token &stop)
    {
        for (int hop = 0; hop <= kMaxRedirects; ++hop) {
            ask.withToken = m_location.keepToken;
            SNUG_TRY(HttpReply reply, m_wire.get(m_location.url, ask, stop));
            if (auto noted = note(reply); !noted)
                return tl::make_unexpected(std::move(noted).error());
            if (!isRedirect(reply))
                return finish(std::move(reply));
            if (auto moved = move(reply); !moved)
                return tl::make_unexpected(std::move(moved).error());
        }
        return tooManyRedirects(endpoint());
    }

private:
    [[nodiscard]] const Url &endpoint() const { return m_wire.options().endpoint; }

    // What the Hub tells of the file; another server's words about it count for nothing.
    Result<void> note(const HttpReply &reply)
    {
        if (!m_location.keepToken)
            return {};
        if (const auto commit = reply.header("x-repo-commit"); isCommit(commit)) {
            if (isCommit(m_asked.revision) && commit != m_asked.revision)
                return contradiction("commit", "The server answers for another commit than was asked for.");
            m_location.commit = commit;
        }
        if (const auto bytes = number(reply.header("x-linked-size")))
            m_location.bytes = bytes;
        if (auto etag = etagOf(reply.header("x-linked-etag")); !etag.empty())
            m_location.etag = std::move(etag);
        m_ownEtag = etagOf(reply.header("etag"));
        return {};
    }

    Result<void> move(const HttpReply &reply)
    {
        SNUG_TRY(Url next, redirectTarget(reply, m_location.url, endpoint()));
        const bool leaves = !next.sameOrigin(endpoint());
        if (leaves && m_location.commit.empty())
            return tl::make_unexpected(portalError(endpoint()));
        m_location.keepToken = m_location.keepToken && !leaves;
        m_location.url = std::move(next);
        return {};
    }

    Result<Found> finish(HttpReply reply)
    {
        const bool empty = isEmptyFile(reply);
        if (reply.status != 200 && reply.status != 206 && !empty) {
            if (m_location.keepToken)
                return tl::make_unexpected(errorOf(reply, m_asked, m_wire.options().now()));
            return tl::make_unexpected(storageError(reply, m_location.url, m_wire.options().now()));
        }
        const bool wantsPage = m_asked.path.ends_with(".html") || m_asked.path.ends_with(".htm");
        if (m_location.commit.empty() || (isWebPage(reply) && !wantsPage))
            return tl::make_unexpected(portalError(endpoint()));
        const auto whole = wholeBytes(reply);
        // An answer of the Hub itself may be the pointer's, so only a range tells the length of the file.
        const bool ranged = reply.status == 206 || empty;
        if (whole && m_location.bytes && *whole != *m_location.bytes && (ranged || !m_location.keepToken))
            return contradiction("size", "The server contradicts itself about the length of the file.");
        if (!m_location.bytes)
            m_location.bytes = whole;
        if (m_location.etag.empty())
            m_location.etag = m_ownEtag;
        m_location.expires = expiryOf(m_location.url.text());
        return Found{std::move(m_location), std::move(reply)};
    }

    const Wire &m_wire;
    Asked m_asked;
    Location m_location;
    std::string m_ownEtag; // the Hub's ETag, in case it says nothing of a linked file
};

// The value of a parameter of the query.
std::optional<std::string_view> parameterOf(std::string_view url, std::string_view name)
{
    auto at = url.find('?');
    while (at != std::string_view::npos) {
        url.remove_prefix(at + 1);
        const std::string_view pair = url.substr(0, url.find_first_of("&#"));
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return pair.substr(name.size() + 1);
        at = url.find('&');
    }
    return std::nullopt;
}

// "20250101T000000Z"
std::optional<std::chrono::sys_seconds> compactTime(std::string_view text)
{
    using namespace std::chrono;
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z')
        return std::nullopt;
    const auto field = [text](std::size_t at, std::size_t digits) {
        return static_cast<int>(number(text.substr(at, digits)).value_or(-1));
    };
    const year_month_day date{year(field(0, 4)), month(static_cast<unsigned>(field(4, 2))),
                              day(static_cast<unsigned>(field(6, 2)))};
    const int hour = field(9, 2);
    const int minute = field(11, 2);
    const int second = field(13, 2);
    if (!date.ok() || std::min({hour, minute, second}) < 0 || hour > 23 || minute > 59 || second > 60)
        return std::nullopt;
    return sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
}

} // namespace

Result<Found> findFile(const Wire &wire, const RepoId &id, std::string_view revision, std::string_view path,
                       const Ask &ask, const std::stop_token &stop)
{
    SNUG_TRY(std::string safePath, safeRelativePath(path));
    if (!isRevision(revision))
        return fail(ErrorKind::InvalidArgument,
                    "\"" + shownText(revision) + "\" is no branch, tag or commit.");
    SNUG_TRY(Url start, wire.at(fmt::format("{}/resolve/{}/{}", id.text(), http::percentEncode(revision),
                                            encodedPath(safePath))));
    Walk walk(wire, wire.asked(id.text(), std::string(revision), std::move(safePath)), std::move(start));
    return walk.run(ask, stop);
}

std::optional<std::chrono::sys_seconds> expiryOf(std::string_view url)
{
    using namespace std::chrono;
    constexpr std::int64_t kMost = std::int64_t{1} << 40; // some 35 000 years
    if (const auto expires = parameterOf(url, "Expires")) {
        const auto at = number(*expires, kMost);
        return at ? std::optional(sys_seconds(seconds(*at))) : std::nullopt;
    }
    const auto signedAt = compactTime(parameterOf(url, "X-Amz-Date").value_or(""));
    const auto lasts = number(parameterOf(url, "X-Amz-Expires").value_or(""), kMost);
    return signedAt && lasts ? std::optional(*signedAt + seconds(*lasts)) : std::nullopt;
}

} // namespace snug::hub
