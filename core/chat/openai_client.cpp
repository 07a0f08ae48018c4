// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/openai_client.h"

#include "core/chat/utf8_stream.h"
#include "core/http/exchange.h"

#include <utility>

namespace snug::chat {
namespace {

using http::HttpReply;
using http::HttpRequest;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kStreamBytes = std::int64_t{256} << 20; // an event wraps each token in many bytes

// Whether the exchange itself went well and the stream reached its end.
Result<void> verdict(const Result<HttpReply> &reply, const AnswerStream &stream)
{
    if (!reply)
        return tl::make_unexpected(reply.error());
    if (reply->status < 200 || reply->status >= 300)
        return tl::make_unexpected(
            serverError(reply->status, json::parse(validUtf8(reply->body), nullptr, false)));
    const bool silent = stream.answer() == ChatAnswer{};
    if (silent && reply->contentType.find("text/event-stream") == std::string::npos)
        return noChatServer(reply->contentType);
    return stream.finish();
}

} // namespace

OpenAiClient::OpenAiClient(Endpoint endpoint) : m_endpoint(withoutVersion(std::move(endpoint))) {}

ChatOutcome OpenAiClient::complete(const ChatRequest &request, const ChatCallbacks &callbacks,
                                   const std::stop_token &stop) const
{
    const auto begun = Clock::now();
    double firstToken = -1;
    ChatCallbacks timed = callbacks;
    timed.onDelta = [&](std::string_view text, std::string_view reasoning) {
        if (firstToken < 0)
            firstToken = std::chrono::duration<double>(Clock::now() - begun).count();
        if (callbacks.onDelta)
            callbacks.onDelta(text, reasoning);
    };
    AnswerStream stream(timed);
    HttpRequest post = requestTo(m_endpoint, "/v1/chat/completions", requestBody(request, true));
    post.limitBytes = kStreamBytes;
    const auto reply = http::exchange(
        post, [&stream](std::string_view bytes) { return stream.feed(bytes); }, stop);
    const Result<void> ended = verdict(reply, stream);
    ChatOutcome outcome{stream.answer(), std::nullopt};
    outcome.answer.firstTokenSeconds = firstToken;
    if (!ended)
        outcome.error = ended.error();
    return outcome;
}

// llama.cpp's own, or vLLM's, which SGLang has too.
Result<std::int64_t> OpenAiClient::countTokens(const ChatRequest &request, const std::stop_token &stop) const
{
    if (request.dialect == Dialect::Standard)
        return fail(ErrorKind::Unsupported, "This server does not count tokens.");
    const bool llama = request.dialect == Dialect::LlamaCpp;
    const char *path = llama ? "/v1/chat/completions/input_tokens" : "/tokenize";
    SNUG_TRY(const json reply, callServer(m_endpoint, path, requestBody(request, false), stop));
    const auto tokens = reply.find(llama ? "input_tokens" : "count");
    if (tokens == reply.end() || !tokens->is_number_integer())
        return noChatServer("application/json");
    return tokens->get<std::int64_t>();
}

Result<ServedModels> OpenAiClient::models(const std::stop_token &stop) const
{
    SNUG_TRY(const json reply, callServer(m_endpoint, "/v1/models", std::nullopt, stop));
    return servedModelsFrom(reply);
}

Result<ServerProperties> OpenAiClient::properties(const std::stop_token &stop) const
{
    SNUG_TRY(const json reply, callServer(m_endpoint, "/props", std::nullopt, stop));
    if (!reply.is_object())
        return noChatServer("application/json");
    ServerProperties properties;
    const auto text = [&reply](const char *name) {
        const auto found = reply.find(name);
        return found != reply.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    properties.model = text("model_alias");
    properties.chatTemplate = text("chat_template");
    const json::json_pointer context("/default_generation_settings/n_ctx");
    if (reply.contains(context) && reply[context].is_number_integer())
        properties.contextTokens = reply[context].get<std::int64_t>();
    return properties;
}

} // namespace snug::chat
