// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/http/exchange.h"
#include "core/http/url.h"

#include <chrono>
#include <string>
#include <string_view>

namespace snug::hub {

// What a request was about, for the words of its errors.
struct Asked {
    http::Url endpoint;
    std::string repository; // empty: a search
    std::string revision;   // empty: the main one
    std::string path;       // empty: no file
    bool signedIn = false;  // a token was sent
};

// "Hugging Face", or the host of another endpoint.
[[nodiscard]] std::string serverName(const http::Url &endpoint);

// What an answer that is no success means (hub-docs; X-Error-Code and X-Error-Message). Detail: status,
// reason, and where the server gave them error_code, server_says, request_id and retry_after_s. By reason:
//   Auth         gated_sign_in, gated_ask (page), token, scope, sign_in
//   NotFound     repository, revision, file
//   RateLimited  (none; retry_after_s is missing if the server does not tell)
//   Http         disabled, server, status
//   Network      portal: the network answered, not the Hub
[[nodiscard]] Error errorOf(const http::HttpReply &reply, const Asked &asked,
                            std::chrono::system_clock::time_point now);

// A page for people where data should be: what a network that wants a sign-in sends.
[[nodiscard]] bool isWebPage(const http::HttpReply &reply);
[[nodiscard]] Error portalError(const http::Url &endpoint);

} // namespace snug::hub
