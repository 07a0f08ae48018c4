// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/rate_limit.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>

namespace snug::hub {
namespace {

constexpr std::size_t kMaxHeaderBytes = 256;

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// A number beyond 64 bits is a large one.
std::optional<std::int64_t> number(std::string_view digits)
{
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() ? value : std::numeric_limits<std::int64_t>::max();
}

// Takes what comes before `separator` away from `rest`.
std::string_view takeUntil(std::string_view &rest, char separator)
{
    const auto at = rest.find(separator);
    const std::string_view piece = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
    return trimmed(piece);
}

std::optional<RateLimit> parseItem(std::string_view item)
{
    std::string_view name = takeUntil(item, ';');
    if (name.size() < 2 || name.front() != '"' || name.back() != '"')
        return std::nullopt;
    name = name.substr(1, name.size() - 2);
    std::optional<std::int64_t> remaining;
    std::optional<std::int64_t> resetAfter;
    while (!item.empty()) {
        std::string_view parameter = takeUntil(item, ';');
        const std::string_view key = takeUntil(parameter, '=');
        if (key == "r")
            remaining = number(parameter);
        else if (key == "t")
            resetAfter = number(parameter);
    }
    if (!remaining || !resetAfter)
        return std::nullopt;
    return RateLimit{std::string(name), *remaining, *resetAfter};
}

} // namespace

std::optional<RateLimit> parseRateLimit(std::string_view header)
{
    std::optional<RateLimit> tightest;
    if (header.size() > kMaxHeaderBytes)
        return tightest;
    while (!header.empty()) {
        auto item = parseItem(takeUntil(header, ','));
        if (item && (!tightest || item->remaining < tightest->remaining))
            tightest = std::move(item);
    }
    return tightest;
}

std::optional<std::int64_t> parseRetryAfter(std::string_view header,
                                            std::chrono::system_clock::time_point now)
{
    header = trimmed(header);
    if (header.empty() || header.size() > kMaxHeaderBytes)
        return std::nullopt;
    auto seconds = number(header);
    if (!seconds) {
        // A date begins with the day's name; curl would take much else for one.
        const char first = header.front();
        const bool letter = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
        const auto date = letter ? curl_getdate(std::string(header).c_str(), nullptr) : -1;
        if (date < 0)
            return std::nullopt;
        seconds = static_cast<std::int64_t>(date) - std::chrono::system_clock::to_time_t(now);
    }
    return std::clamp<std::int64_t>(*seconds, 0, kLongestWaitSeconds);
}

std::optional<std::int64_t> waitAfter(const http::HttpReply &reply, std::chrono::system_clock::time_point now)
{
    const auto limit = parseRateLimit(reply.header("ratelimit"));
    if (limit && limit->remaining == 0)
        return std::min(limit->resetAfter, kLongestWaitSeconds - 1) + 1;
    return parseRetryAfter(reply.header("retry-after"), now);
}

} // namespace snug::hub
