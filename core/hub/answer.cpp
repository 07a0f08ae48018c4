// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/answer.h"

#include "core/base/units.h"
#include "core/hub/json.h"
#include "core/hub/rate_limit.h"
#include "core/hub/safe_path.h"
#include "core/hub/token.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace snug::hub {
namespace {

using http::HttpReply;

constexpr std::size_t kMaxSayingBytes = 300;

struct Meaning {
    ErrorKind kind;
    std::string reason;
    std::string message;
    std::string hint;
};

std::string shownRepository(const Asked &asked)
{
    return asked.repository.empty() ? "the model" : asked.repository;
}

std::string pageOf(const Asked &asked)
{
    return asked.endpoint.text() + (asked.endpoint.text().ends_with('/') ? "" : "/") + asked.repository;
}

std::string shownRevision(const Asked &asked)
{
    return asked.revision.empty() ? "the main revision" : "revision " + shownText(asked.revision);
}

// The server's own words: a header, or the body's {"error": "..."}.
std::string sayingOf(const HttpReply &reply)
{
    std::string said(reply.header("x-error-message"));
    if (said.empty()) {
        const auto body = parseJson(reply.body);
        said = body ? textOf(*body, "error", reply.body.size()).value_or("") : "";
    }
    return shownText(redact(said), kMaxSayingBytes);
}

Meaning noRepository(const Asked &asked)
{
    return {
        ErrorKind::NotFound, "repository",
        fmt::format("There is no model {}, or it is private and you lack access.", shownRepository(asked)),
        asked.signedIn ? "Check the name, or ask its owner for access."
                       : "Check the name. If the model is private, sign in."};
}

std::optional<Meaning> meaningOfCode(const HttpReply &reply, const Asked &asked)
{
    const std::string_view code = reply.header("x-error-code");
    if (code == "GatedRepo" && reply.status == 401)
        return Meaning{
            ErrorKind::Auth, "gated_sign_in",
            fmt::format("Access to {} must be requested, and you are not signed in.", shownRepository(asked)),
            fmt::format("Sign in, then request access at {}.", pageOf(asked))};
    if (code == "GatedRepo")
        return Meaning{
            ErrorKind::Auth, "gated_ask",
            fmt::format("You do not have access to {} yet.", shownRepository(asked)),
            fmt::format("Request access at {}; if you have done so, wait for its owner.", pageOf(asked))};
    if (code == "EntryNotFound")
        return Meaning{ErrorKind::NotFound, "file",
                       fmt::format("{} has no file {} at {}.", shownRepository(asked),
                                   asked.path.empty() ? "of that name" : shownText(asked.path),
                                   shownRevision(asked)),
                       "Look at the list of its files."};
    if (code == "RevisionNotFound")
        return Meaning{ErrorKind::NotFound, "revision",
                       fmt::format("{} has no branch, tag or commit that is {}.", shownRepository(asked),
                                   shownRevision(asked)),
                       "Leave the revision out to get the main one."};
    if (code == "RepoNotFound")
        return noRepository(asked);
    return std::nullopt;
}

Meaning meaningOf401(const HttpReply &reply, const Asked &asked)
{
    if (sayingOf(reply).find("Invalid credentials in Authorization header") == std::string::npos)
        return noRepository(asked);
    return {ErrorKind::Auth, "token",
            serverName(asked.endpoint) + " does not accept the access token: it is wrong or has expired.",
            "Make a new token in the settings of your account and sign in again."};
}

Meaning meaningOf403(const HttpReply &reply, const Asked &asked)
{
    if (sayingOf(reply).find("Access to this resource is disabled") != std::string::npos)
        return {ErrorKind::Http, "disabled",
                fmt::format("{} has disabled {}, so nobody can get it.", serverName(asked.endpoint),
                            shownRepository(asked)),
                "Choose another model."};
    if (asked.signedIn)
        return {ErrorKind::Auth, "scope", "The access token does not allow this.",
                "Make a token that may read this model, and sign in with it."};
    return {ErrorKind::Auth, "sign_in", serverName(asked.endpoint) + " refuses this without a sign-in.",
            "Sign in, then try again."};
}

Meaning meaningOfStatus(const HttpReply &reply, const Asked &asked, std::optional<std::int64_t> wait)
{
    const std::string server = serverName(asked.endpoint);
    if (reply.status == 401)
        return meaningOf401(reply, asked);
    if (reply.status == 403)
        return meaningOf403(reply, asked);
    if (reply.status == 404 || reply.status == 410)
        return noRepository(asked);
    if (reply.status == 429)
        return {ErrorKind::RateLimited, "",
                wait ? fmt::format("{} asks us to wait {}{}.", server,
                                   formatDuration(static_cast<double>(*wait)),
                                   asked.signedIn ? "" : " (anonymous limit)")
                     : server + " asks us to wait because of too many requests.",
                asked.signedIn ? "Try again later." : "Sign in for a higher limit."};
    if (reply.status >= 500)
        return {ErrorKind::Http, "server",
                fmt::format("{} has a problem of its own (status {}).", server, reply.status),
                "Try again in a few minutes."};
    return {ErrorKind::Http, "status",
            fmt::format("{} refused the request (status {}).", server, reply.status),
            "Check the address of the Hub."};
}

std::string requestId(const HttpReply &reply)
{
    for (const char *name : {"x-request-id", "x-amzn-trace-id", "x-amz-cf-id"}) {
        if (const auto id = reply.header(name); !id.empty())
            return shownText(id, kMaxSayingBytes);
    }
    return {};
}

} // namespace

std::string serverName(const http::Url &endpoint)
{
    return endpoint.host() == "huggingface.co" ? "Hugging Face" : endpoint.shown();
}

Error errorOf(const HttpReply &reply, const Asked &asked, std::chrono::system_clock::time_point now)
{
    constexpr long kNetworkAuthenticationRequired = 511; // RFC 6585
    if (reply.status == kNetworkAuthenticationRequired)
        return portalError(asked.endpoint);
    const auto wait = waitAfter(reply, now);
    auto meaning = meaningOfCode(reply, asked);
    if (!meaning)
        meaning = meaningOfStatus(reply, asked, wait);
    Error error{meaning->kind,
                meaning->message,
                {{"status", static_cast<std::int64_t>(reply.status)}},
                meaning->hint};
    const auto add = [&error](const char *name, std::string text) {
        if (!text.empty())
            error.detail.emplace_back(name, std::move(text));
    };
    add("reason", meaning->reason);
    add("error_code", shownText(reply.header("x-error-code")));
    add("server_says", sayingOf(reply));
    add("request_id", requestId(reply));
    if (meaning->reason == "gated_ask" || meaning->reason == "gated_sign_in")
        add("page", pageOf(asked));
    if (wait && (meaning->kind == ErrorKind::RateLimited || meaning->kind == ErrorKind::Http))
        error.detail.emplace_back("retry_after_s", *wait);
    return error;
}

bool isWebPage(const HttpReply &reply)
{
    std::string type = reply.contentType.substr(0, reply.contentType.find(';'));
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    type.erase(type.find_last_not_of(" \t") + 1);
    return type == "text/html" || type == "application/xhtml+xml";
}

Error portalError(const http::Url &endpoint)
{
    return {ErrorKind::Network,
            "The answer did not come from " + serverName(endpoint) +
                ": the network probably wants you to sign in first.",
            {{"reason", std::string("portal")}, {"server", endpoint.shown()}},
            "Open a web browser, sign in to the network, then try again."};
}

} // namespace snug::hub
