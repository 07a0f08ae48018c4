// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/server_call.h"

#include "core/chat/answer_stream.h"
#include "core/chat/utf8_stream.h"

#include <utility>

namespace snug::chat {

Endpoint withoutVersion(Endpoint endpoint)
{
    const auto cut = [&url = endpoint.url](std::string_view end) {
        if (url.ends_with(end))
            url.resize(url.size() - end.size());
    };
    cut("/");
    cut("/chat/completions");
    cut("/v1");
    cut("/");
    return endpoint;
}

http::HttpRequest requestTo(const Endpoint &endpoint, const char *path, std::optional<std::string> body)
{
    http::HttpRequest request;
    request.url = endpoint.url + path;
    request.bearer = endpoint.apiKey;
    request.body = std::move(body);
    request.accept = "application/json, text/event-stream";
    request.connectTimeout = endpoint.connectTimeout;
    request.stallTimeout = endpoint.stallTimeout;
    return request;
}

Result<nlohmann::json> callServer(const Endpoint &endpoint, const char *path, std::optional<std::string> body,
                                  const std::stop_token &stop, std::int64_t limitBytes)
{
    http::HttpRequest request = requestTo(endpoint, path, std::move(body));
    request.limitBytes = limitBytes;
    SNUG_TRY(const http::HttpReply reply, http::exchange(request, {}, stop));
    nlohmann::json answer = nlohmann::json::parse(validUtf8(reply.body), nullptr, false);
    if (reply.status < 200 || reply.status >= 300)
        return tl::make_unexpected(serverError(reply.status, answer));
    if (!answer.is_structured())
        return noChatServer(reply.contentType);
    return answer;
}

tl::unexpected<Error> noChatServer(const std::string &contentType)
{
    return fail(ErrorKind::Protocol, "The server's answer is not that of a chat server.",
                {{"content_type", std::string(cutUtf8(validUtf8(contentType), 100))}},
                "Check that the address is that of an OpenAI-compatible server.");
}

} // namespace snug::chat
