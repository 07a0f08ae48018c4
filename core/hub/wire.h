// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/http/exchange.h"
#include "core/http/url.h"
#include "core/hub/answer.h"
#include "core/hub/token.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

// Single requests to the Hub: what Client is made of.
namespace snug::hub {

constexpr int kMaxRedirects = 5;

struct ClientOptions {
    http::Url endpoint;
    std::optional<Token> token;
    bool offline = false;
    std::string userAgent = "snug"; // some mirrors refuse an empty one
    std::chrono::milliseconds connectTimeout{15'000};
    std::chrono::milliseconds totalTimeout{30'000}; // of one request
    std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
};

// What one GET is to be.
struct Ask {
    std::vector<http::Header> headers;
    bool withToken = true;
    bool compressed = false;
    std::int64_t limitBytes = 32 << 20;
    std::int64_t enoughBytes = 0; // as in HttpRequest
};

// An answer of the API.
struct ApiAnswer {
    http::Url url; // after redirects
    nlohmann::json body;
    std::string link; // the Link header
};

// Values behind it do not change: any number of threads may call. Blocks; returns within 100 ms of a stop.
class Wire {
public:
    explicit Wire(ClientOptions options) : m_options(std::move(options)) {}

    [[nodiscard]] const ClientOptions &options() const { return m_options; }
    // `path` (with its query, already encoded, without "/" in front) at the endpoint.
    [[nodiscard]] Result<http::Url> at(std::string_view path) const;
    // For the words of errors.
    [[nodiscard]] Asked asked(std::string repository, std::string revision = {}, std::string path = {}) const;

    // One GET without redirects. The token goes to its origin only. Any status is a reply.
    [[nodiscard]] Result<http::HttpReply> get(const http::Url &url, const Ask &ask,
                                              const std::stop_token &stop) const;

    // A GET of JSON at the endpoint's origin; follows redirects within it. Errors: as errorOf, and Protocol,
    // TooLarge.
    [[nodiscard]] Result<ApiAnswer> api(const http::Url &url, const Asked &asked,
                                        const std::stop_token &stop) const;

private:
    ClientOptions m_options;
};

[[nodiscard]] bool isRedirect(const http::HttpReply &reply);

// Where `reply`, which came from `from`, sends us. Protocol with reason "redirect" if it is nowhere that may
// be asked: only https, or loopback where the endpoint itself is this machine.
[[nodiscard]] Result<http::Url> redirectTarget(const http::HttpReply &reply, const http::Url &from,
                                               const http::Url &endpoint);
[[nodiscard]] tl::unexpected<Error> tooManyRedirects(const http::Url &endpoint);

} // namespace snug::hub
