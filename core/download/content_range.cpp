// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/content_range.h"

#include "core/hub/rate_limit.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>
#include <vector>

namespace snug::download {
namespace {

using Judgement = tl::expected<AcceptedRange, Refusal>;

std::optional<std::int64_t> number(std::string_view digits)
{
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() ? std::optional(value) : std::nullopt;
}

std::string lower(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

std::vector<std::string_view> valuesOf(const http::HttpReply &head, std::string_view name)
{
    std::vector<std::string_view> values;
    for (const http::Header &header : head.headers) {
        if (header.name == name)
            values.push_back(header.value);
    }
    return values;
}

tl::unexpected<Refusal> mismatch(const http::Url &source, const std::string &what)
{
    return tl::make_unexpected(
        Refusal{RetryClass::Mismatch,
                Error{ErrorKind::Protocol,
                      fmt::format("{} sends other bytes than were asked for: {}.", source.shown(), what),
                      {{"server", source.shown()}, {"reason", what}},
                      "Try again later; if it stays so, the file cannot be fetched from this server."}});
}

tl::unexpected<Refusal> portal(const http::Url &source)
{
    return tl::make_unexpected(Refusal{
        RetryClass::Portal,
        Error{ErrorKind::Network,
              fmt::format("{} answers with a web page in place of the file: the network may want a sign-in.",
                          source.shown()),
              {{"server", source.shown()}, {"reason", std::string("portal")}},
              "Open a web page in the browser, sign in to the network there, and try again."}});
}

tl::unexpected<Refusal> refusedStatus(const http::HttpReply &head, const http::Url &source)
{
    Refusal refusal{classOfStatus(head.status), {}};
    if (refusal.reason == RetryClass::Portal)
        return portal(source);
    refusal.error = Error{refusal.reason == RetryClass::Rate ? ErrorKind::RateLimited : ErrorKind::Http,
                          fmt::format("{} answers with the error {}.", source.shown(), head.status),
                          {{"server", source.shown()}, {"status", std::int64_t(head.status)}},
                          "Try again later."};
    if (const auto wait = hub::waitAfter(head, std::chrono::system_clock::now()))
        refusal.error.detail.emplace_back("retry_after_s", *wait);
    return tl::make_unexpected(std::move(refusal));
}

bool isPage(const http::HttpReply &head)
{
    const std::string type = lower(head.contentType);
    return type.starts_with("text/html") || type.starts_with("application/xhtml");
}

// 206, or 200 that names a range all the same.
Judgement judgeRange(const http::HttpReply &head, const AskedRange &asked, const http::Url &source)
{
    const auto values = valuesOf(head, "content-range");
    if (values.empty() || lower(head.contentType).starts_with("multipart/"))
        return mismatch(source, "it does not say which");
    const auto range = parseContentRange(values.front());
    if (!range || values.size() > 1)
        return mismatch(source, "it does not say clearly which");
    if (range->bytes.begin != asked.bytes.begin)
        return mismatch(source, "they begin elsewhere");
    if (asked.total != kUnknown && range->total != kUnknown && range->total != asked.total)
        return mismatch(source, "the file has another size");
    const std::int64_t end = asked.bytes.end != kUnknown ? asked.bytes.end : range->total;
    if (end == kUnknown || range->bytes.end != end)
        return mismatch(source, "they end elsewhere");
    return AcceptedRange{end, asked.total != kUnknown ? asked.total : range->total};
}

Judgement judgeWhole(const AskedRange &asked, const http::Url &source)
{
    const bool fromTheStart = asked.bytes.begin == 0 && (asked.bytes.end == kUnknown || asked.wholeFile());
    if (fromTheStart)
        return AcceptedRange{asked.total, asked.total};
    auto refused = mismatch(source, "it sends the whole file");
    refused.value().reason = RetryClass::RangeIgnored;
    return refused;
}

// All lengths told, if any, are that of the accepted bytes.
Judgement judgeLength(const http::HttpReply &head, AcceptedRange accepted, std::int64_t begin,
                      const http::Url &source)
{
    for (const std::string_view value : valuesOf(head, "content-length")) {
        const auto length = number(value);
        if (!length)
            return mismatch(source, "their number is none");
        if (accepted.end == kUnknown)
            accepted = {*length, *length};
        if (*length != accepted.end - begin)
            return mismatch(source, "their number contradicts");
    }
    return accepted;
}

// RFC 9112, section 6.3: "chunked" is the last coding, and tells the end.
bool isChunked(const http::HttpReply &head)
{
    const auto values = valuesOf(head, "transfer-encoding");
    if (values.empty())
        return false;
    std::string_view last = values.back();
    last.remove_prefix(std::min(last.size(), last.find_last_of(", \t") + 1));
    return lower(last) == "chunked";
}

} // namespace

std::optional<ContentRange> parseContentRange(std::string_view value)
{
    constexpr std::string_view kUnit = "bytes ";
    if (lower(value.substr(0, kUnit.size())) != kUnit)
        return std::nullopt;
    value.remove_prefix(kUnit.size());
    const auto dash = value.find('-');
    const auto slash = value.find('/');
    if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash)
        return std::nullopt;
    const auto first = number(value.substr(0, dash));
    const auto last = number(value.substr(dash + 1, slash - dash - 1));
    const std::string_view totalText = value.substr(slash + 1);
    const auto total = totalText == "*" ? std::optional(kUnknown) : number(totalText);
    if (!first || !last || !total || *first > *last || *last == INT64_MAX ||
        (*total != kUnknown && *last >= *total))
        return std::nullopt;
    return ContentRange{{*first, *last + 1}, *total};
}

Judgement judgeAnswer(const http::HttpReply &head, const AskedRange &asked, const http::Url &source)
{
    constexpr long kOk = 200;
    constexpr long kPartial = 206;
    if (head.status != kOk && head.status != kPartial)
        return refusedStatus(head, source);
    if (isPage(head) && !asked.mayBePage)
        return portal(source);
    for (const std::string_view encoding : valuesOf(head, "content-encoding")) {
        if (lower(encoding) != "identity")
            return mismatch(source, "they are compressed");
    }
    const bool named = head.status == kPartial || !valuesOf(head, "content-range").empty();
    Judgement accepted = named ? judgeRange(head, asked, source) : judgeWhole(asked, source);
    if (accepted)
        accepted = judgeLength(head, *accepted, asked.bytes.begin, source);
    if (accepted)
        accepted->endTold = accepted->end != kUnknown || isChunked(head);
    return accepted;
}

} // namespace snug::download
