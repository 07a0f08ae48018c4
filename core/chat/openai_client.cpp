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

// Seconds since the request was sent; -1: that did not come.
struct AnswerClock {
    double firstToken = -1;
    double reasoning = -1; // how long it thought
    double thoughtAt = -1;
    bool answering = false;

    void take(std::string_view text, std::string_view thought)
    {
        const double now = std::chrono::duration<double>(Clock::now() - begun).count();
        if (firstToken < 0)
            firstToken = now;
        if (thoughtAt < 0 && !thought.empty())
            thoughtAt = now;
        if (thoughtAt >= 0 && !answering)
            reasoning = now - thoughtAt;
        answering = answering || !text.empty();
    }

private:
    Clock::time_point begun = Clock::now();
};

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
    AnswerClock clock;
    ChatCallbacks timed = callbacks;
    timed.onDelta = [&](std::string_view text, std::string_view reasoning) {
        clock.take(text, reasoning);
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
    outcome.answer.firstTokenSeconds = clock.firstToken;
    outcome.answer.reasoningSeconds = clock.reasoning;
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
