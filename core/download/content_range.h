// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/download/piece_map.h"
#include "core/download/retry.h"
#include "core/http/exchange.h"
#include "core/http/url.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace snug::download {

constexpr std::int64_t kUnknown = -1; // a size

// "bytes 0-99/1234" or "bytes 0-99/*" (RFC 9110, section 14.4).
struct ContentRange {
    Span bytes;
    std::int64_t total = kUnknown;

    bool operator==(const ContentRange &) const = default;
};

// nullopt for everything that is not exactly that: other units, no range, first > last, last >= total, signs,
// numbers beyond 63 bits.
[[nodiscard]] std::optional<ContentRange> parseContentRange(std::string_view value);

// What a request asked for.
struct AskedRange {
    Span bytes;                    // end kUnknown: to the end, wherever that is
    std::int64_t total = kUnknown; // of the file
    bool mayBePage = false;        // the file itself is HTML

    [[nodiscard]] bool wholeFile() const { return bytes.begin == 0 && bytes.end == total; }
};

// The bytes that an answer brings, from the first asked byte on.
struct AcceptedRange {
    std::int64_t end = kUnknown;   // unknown: until the connection ends
    std::int64_t total = kUnknown; // of the file
    bool endTold = false;          // false: by nothing but the end of the connection, which may be a cut
};

struct Refusal {
    RetryClass reason = RetryClass::Mismatch;
    Error error; // Protocol, Http (status), RateLimited (retry_after_s) or Network (reason "portal")
};

// Before a byte of the body is taken: 206 with exactly the range asked for, 200 with it, or 200 for the whole
// file; never compressed, never a web page, and no length that contradicts.
[[nodiscard]] tl::expected<AcceptedRange, Refusal>
judgeAnswer(const http::HttpReply &head, const AskedRange &asked, const http::Url &source);

} // namespace snug::download
