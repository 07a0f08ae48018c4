// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/http/exchange.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

namespace snug::chat {

// A chat server. The key is sent as a bearer token and never appears in an error.
struct Endpoint {
    std::string url; // "http://127.0.0.1:8080", also with a final "/v1" or "/v1/chat/completions"
    std::string apiKey;
    std::chrono::milliseconds connectTimeout{10'000};
    std::chrono::milliseconds stallTimeout{300'000}; // reading a long prompt on a slow machine is no stall
};

// The same without them.
[[nodiscard]] Endpoint withoutVersion(Endpoint endpoint);

// Without a body: GET. REQUIRES: `endpoint` is without version.
[[nodiscard]] http::HttpRequest requestTo(const Endpoint &endpoint, const char *path,
                                          std::optional<std::string> body);

// A question with one answer in JSON, an object or a list, of at most `limitBytes`. Blocks; returns within
// 100 ms of a stop. Fails as http::exchange, as serverError, or with Protocol where the answer is not JSON.
// REQUIRES: as requestTo.
[[nodiscard]] Result<nlohmann::json> callServer(const Endpoint &endpoint, const char *path,
                                                std::optional<std::string> body, const std::stop_token &stop,
                                                std::int64_t limitBytes = std::int64_t{4} << 20);

// What an answer of another shape means.
[[nodiscard]] tl::unexpected<Error> noChatServer(const std::string &contentType);

} // namespace snug::chat
