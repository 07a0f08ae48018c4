// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/http/exchange.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// How long a server asks us to wait. Formats: hub-docs "rate-limits", RFC 9110 section 10.2.3.
namespace snug::hub {

constexpr std::int64_t kLongestWaitSeconds = 600; // whatever the server says

// One item of `RateLimit: "api";r=0;t=55`.
struct RateLimit {
    std::string bucket;          // "api", "resolvers", "pages"
    std::int64_t remaining = 0;  // requests
    std::int64_t resetAfter = 0; // seconds until the window ends

    bool operator==(const RateLimit &) const = default;
};

// The item with the fewest requests left; nullopt if nothing in `header` is one.
[[nodiscard]] std::optional<RateLimit> parseRateLimit(std::string_view header);

// `Retry-After`: seconds or a date, at most kLongestWaitSeconds, at least 0; nullopt for anything else.
[[nodiscard]] std::optional<std::int64_t> parseRetryAfter(std::string_view header,
                                                          std::chrono::system_clock::time_point now);

// How long to wait after a 429 or 503, in seconds: one more than the window lasts if nothing is left in it,
// else what Retry-After says; nullopt if the answer does not tell.
[[nodiscard]] std::optional<std::int64_t> waitAfter(const http::HttpReply &reply,
                                                    std::chrono::system_clock::time_point now);

} // namespace snug::hub
