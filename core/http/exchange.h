// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace snug::http {

// A header of a request or an answer; names of answers are in lower case.
struct Header {
    std::string name;
    std::string value;
};

// One request, over libcurl: http and https only, no redirects (they would carry the key to somebody else),
// and no proxy to this machine itself.
struct HttpRequest {
    std::string url;
    std::string bearer;              // the API key; never part of an error
    std::optional<std::string> body; // JSON: POST; absent: GET
    std::string accept = "application/json";
    std::vector<Header> headers; // more of them
    bool compressed = false;     // the answer may come compressed; `limitBytes` is of what that unfolds to
    std::chrono::milliseconds connectTimeout{10'000};
    std::chrono::milliseconds stallTimeout{300'000}; // nothing arrives for so long
    std::chrono::milliseconds totalTimeout{0};       // of the whole exchange; 0: none
    std::int64_t limitBytes = 4 << 20;               // of the whole answer
    std::int64_t enoughBytes = 0; // > 0: a success is cut there, and the rest is not waited for
};

struct HttpReply {
    long status = 0;
    std::string contentType;
    std::vector<Header> headers; // of the last answer, at most 64 KiB together; a longer head is cut
    std::string body;            // empty for a success whose bytes went to the receiver

    // The first of that name (lower case); empty if there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

// Gets the bytes of a success (2xx) as they come; an error ends the exchange with that error.
using HttpReceiver = std::function<Result<void>(std::string_view bytes)>;

// Blocks; returns within 100 ms of a stop. Any status is a reply; errors: Cancelled, Network (reason "proxy"
// or "certificate": waiting will not help), TooLarge, InvalidArgument (the address or key cannot be sent),
// and what the receiver failed with.
[[nodiscard]] Result<HttpReply> exchange(const HttpRequest &request, const HttpReceiver &receiver,
                                         const std::stop_token &stop);

} // namespace snug::http
