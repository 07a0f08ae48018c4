// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/http_message.h"

#include <QByteArray>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <array>
#include <charconv>

namespace snug::test {
namespace {

constexpr std::size_t kHeadLimit = 64 << 10;
constexpr std::int64_t kBodyLimit = 8 << 20;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool sameName(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

std::optional<std::int64_t> number(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty() || value < 0)
        return std::nullopt;
    return value;
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (std::size_t at = 0;;) {
        const std::size_t end = text.find(separator, at);
        parts.push_back(text.substr(at, end - at));
        if (end == std::string_view::npos)
            return parts;
        at = end + 1;
    }
}

// False when a line is none of "METHOD target HTTP/1.x" and "Name: value".
bool parseHead(std::string_view head, Request &request)
{
    const std::size_t firstEnd = head.find("\r\n");
    const std::vector<std::string_view> words = split(head.substr(0, firstEnd), ' ');
    if (words.size() != 3 || words[0].empty() || !words[1].starts_with('/') ||
        !words[2].starts_with("HTTP/1."))
        return false;
    request.method = words[0];
    request.target = words[1];
    for (std::size_t at = firstEnd; at != std::string_view::npos;) {
        const std::size_t end = head.find("\r\n", at + 2);
        const std::string_view line = head.substr(at + 2, end == std::string_view::npos ? end : end - at - 2);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0)
            return false;
        request.headers.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
        at = end;
    }
    return true;
}

std::uint32_t crc32(std::string_view bytes)
{
    static const std::array<std::uint32_t, 256> table = [] {
        std::array<std::uint32_t, 256> made{};
        for (std::uint32_t i = 0; i < made.size(); ++i) {
            std::uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit)
                value = (value >> 1) ^ ((value & 1U) != 0 ? 0xedb88320U : 0U);
            made[i] = value;
        }
        return made;
    }();
    std::uint32_t crc = 0xffffffffU;
    for (const char c : bytes)
        crc = table[(crc ^ static_cast<unsigned char>(c)) & 0xffU] ^ (crc >> 8);
    return ~crc;
}

void appendLittleEndian(std::string &to, std::uint32_t value)
{
    for (int shift = 0; shift < 32; shift += 8)
        to += static_cast<char>((value >> shift) & 0xffU);
}

} // namespace

std::string headerOf(const Headers &headers, std::string_view name)
{
    for (const auto &[key, value] : headers) {
        if (sameName(key, name))
            return value;
    }
    return {};
}

bool hasHeader(const Headers &headers, std::string_view name)
{
    return std::ranges::any_of(headers, [name](const auto &field) { return sameName(field.first, name); });
}

void setHeader(Headers &headers, std::string_view name, std::string value)
{
    removeHeader(headers, name);
    headers.emplace_back(name, std::move(value));
}

void removeHeader(Headers &headers, std::string_view name)
{
    std::erase_if(headers, [name](const auto &field) { return sameName(field.first, name); });
}

std::vector<std::string> Request::segments() const
{
    std::string_view path = target;
    path = path.substr(0, path.find('?'));
    if (path.starts_with('/'))
        path.remove_prefix(1);
    std::vector<std::string> decoded;
    for (const std::string_view segment : split(path, '/'))
        decoded.push_back(percentDecoded(segment));
    return decoded;
}

std::vector<std::pair<std::string, std::string>> Request::query() const
{
    std::vector<std::pair<std::string, std::string>> fields;
    const std::size_t mark = target.find('?');
    if (mark == std::string::npos)
        return fields;
    for (const std::string_view field : split(std::string_view(target).substr(mark + 1), '&')) {
        if (field.empty())
            continue;
        const std::size_t equals = field.find('=');
        std::string name = percentDecoded(field.substr(0, equals));
        if (name.ends_with("[]"))
            name.resize(name.size() - 2);
        std::string value;
        if (equals != std::string_view::npos) {
            value = field.substr(equals + 1);
            std::ranges::replace(value, '+', ' ');
        }
        fields.emplace_back(std::move(name), percentDecoded(value));
    }
    return fields;
}

std::vector<std::string> Request::queryAll(std::string_view name) const
{
    std::vector<std::string> values;
    for (auto &[key, value] : query()) {
        if (key == name)
            values.push_back(std::move(value));
    }
    return values;
}

std::optional<std::string> Request::queryOne(std::string_view name) const
{
    std::vector<std::string> values = queryAll(name);
    if (values.empty())
        return std::nullopt;
    return std::move(values.front());
}

bool Request::flag(std::string_view name) const
{
    const std::string value = queryOne(name).value_or(std::string());
    return value == "true" || value == "1";
}

ParsedRequest parseRequest(std::string_view bytes)
{
    using State = ParsedRequest::State;
    ParsedRequest parsed;
    const std::size_t headEnd = bytes.find("\r\n\r\n");
    if (headEnd == std::string_view::npos || headEnd > kHeadLimit) {
        parsed.state = bytes.size() > kHeadLimit ? State::TooLarge : State::Incomplete;
        return parsed;
    }
    if (!parseHead(bytes.substr(0, headEnd), parsed.request)) {
        parsed.state = State::Malformed;
        return parsed;
    }
    std::int64_t length = 0;
    if (hasHeader(parsed.request.headers, "Content-Length")) {
        const auto told = number(parsed.request.header("Content-Length"));
        if (!told || *told > kBodyLimit) {
            parsed.state = told ? State::TooLarge : State::Malformed;
            return parsed;
        }
        length = *told;
    }
    parsed.consumed = headEnd + 4 + static_cast<std::size_t>(length);
    if (bytes.size() < parsed.consumed)
        return parsed;
    parsed.request.body = bytes.substr(headEnd + 4, static_cast<std::size_t>(length));
    parsed.state = State::Complete;
    return parsed;
}

std::optional<ByteRange> parseRange(std::string_view value, std::int64_t size)
{
    constexpr std::string_view kUnit = "bytes=";
    const std::size_t dash = value.find('-');
    if (!value.starts_with(kUnit) || dash == std::string_view::npos)
        return std::nullopt;
    const std::string_view from = value.substr(kUnit.size(), dash - kUnit.size());
    const std::string_view to = value.substr(dash + 1);
    const auto first = number(from);
    const auto last = number(to);
    if ((!from.empty() && !first) || (!to.empty() && !last) || (from.empty() && to.empty()))
        return std::nullopt;
    if (!first)
        return ByteRange{std::max<std::int64_t>(0, size - *last), size - 1, *last > 0 && size > 0};
    if (last && *last < *first)
        return std::nullopt;
    return ByteRange{*first, last ? std::min(*last, size - 1) : size - 1, *first < size};
}

std::string percentDecoded(std::string_view text)
{
    return QByteArray::fromPercentEncoding(QByteArray(text.data(), static_cast<qsizetype>(text.size())))
        .toStdString();
}

std::string percentEncoded(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size())).toPercentEncoding().toStdString();
}

std::string_view reasonOf(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 206:
        return "Partial Content";
    case 302:
        return "Found";
    case 304:
        return "Not Modified";
    case 307:
        return "Temporary Redirect";
    case 308:
        return "Permanent Redirect";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 413:
        return "Content Too Large";
    case 416:
        return "Range Not Satisfiable";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 503:
        return "Service Unavailable";
    case 511:
        return "Network Authentication Required";
    default:
        return "Status";
    }
}

std::string httpDate(std::int64_t secondsSinceEpoch)
{
    const QDateTime when = QDateTime::fromSecsSinceEpoch(secondsSinceEpoch, Qt::UTC);
    return QLocale::c().toString(when, QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'")).toStdString();
}

std::string gzipped(std::string_view bytes)
{
    // Qt writes its own four bytes of length and a zlib stream (RFC 1950): two bytes, deflate, four of
    // checksum.
    const QByteArray zlib =
        qCompress(QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size())));
    std::string member("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    member.append(zlib.constData() + 6, static_cast<std::size_t>(zlib.size()) - 10);
    appendLittleEndian(member, crc32(bytes));
    appendLittleEndian(member, static_cast<std::uint32_t>(bytes.size()));
    return member;
}

} // namespace snug::test
