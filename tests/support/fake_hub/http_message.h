// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// HTTP/1.1 (RFC 9112) as far as the fake Hub needs it.
namespace snug::test {

using Headers = std::vector<std::pair<std::string, std::string>>;

// The first with that name, in whatever case; empty if there is none.
[[nodiscard]] std::string headerOf(const Headers &headers, std::string_view name);
[[nodiscard]] bool hasHeader(const Headers &headers, std::string_view name);
// Replaces all with that name.
void setHeader(Headers &headers, std::string_view name, std::string value);
void removeHeader(Headers &headers, std::string_view name);

struct Request {
    std::string method;
    std::string target; // as on the wire
    Headers headers;
    std::string body;

    [[nodiscard]] std::string header(std::string_view name) const { return headerOf(headers, name); }
    // Of the target's path, percent-decoded one by one: an encoded slash separates nothing.
    [[nodiscard]] std::vector<std::string> segments() const;
    // Of the target's query, decoded, in order; "x[]" is told as "x".
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> query() const;
    [[nodiscard]] std::vector<std::string> queryAll(std::string_view name) const;
    [[nodiscard]] std::optional<std::string> queryOne(std::string_view name) const;
    [[nodiscard]] bool flag(std::string_view name) const; // "true" or "1"
};

// What the first bytes of a connection are.
struct ParsedRequest {
    enum class State { Incomplete, Complete, Malformed, TooLarge };
    State state = State::Incomplete;
    Request request;
    std::size_t consumed = 0;
};
// At most 64 KiB of head and 8 MiB of body; a body needs a Content-Length.
[[nodiscard]] ParsedRequest parseRequest(std::string_view bytes);

// "bytes=a-b", both inclusive, against a size; RFC 9110 section 14.
struct ByteRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
    bool satisfiable = true;
};
// nullopt when there is no single well-formed range, which a server answers as if none were asked.
[[nodiscard]] std::optional<ByteRange> parseRange(std::string_view value, std::int64_t size);

[[nodiscard]] std::string percentDecoded(std::string_view text);
[[nodiscard]] std::string percentEncoded(std::string_view text); // all but the unreserved characters
[[nodiscard]] std::string_view reasonOf(int status);
[[nodiscard]] std::string httpDate(std::int64_t secondsSinceEpoch);
// A gzip member (RFC 1952) with those bytes, of which there is at least one.
[[nodiscard]] std::string gzipped(std::string_view bytes);

} // namespace snug::test
