// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/chat_request.h"

#include <utility>

namespace snug::chat {
namespace {

using nlohmann::json;

template <class T> void put(json &body, const char *name, const std::optional<T> &value)
{
    if (value)
        body[name] = *value;
}

// OpenAI's fields, then those of engines: docs.vllm.ai and docs.sglang.ai, "Sampling parameters".
void putSampling(json &body, const Sampling &sampling, Dialect dialect)
{
    put(body, "temperature", sampling.temperature);
    put(body, "top_p", sampling.topP);
    put(body, "max_tokens", sampling.maxTokens);
    put(body, "seed", sampling.seed);
    if (!sampling.stop.empty())
        body["stop"] = sampling.stop;
    if (json schema = json::parse(sampling.jsonSchema, nullptr, false); schema.is_object())
        body["response_format"] = {{"type", "json_schema"},
                                   {"json_schema", {{"name", "answer"}, {"schema", std::move(schema)}}}};
    if (dialect == Dialect::Standard)
        return;
    put(body, "top_k", sampling.topK);
    if (dialect != Dialect::LlamaCpp && sampling.topK == 0)
        body["top_k"] = -1; // all tokens
    put(body, "min_p", sampling.minP);
    put(body, dialect == Dialect::LlamaCpp ? "repeat_penalty" : "repetition_penalty", sampling.repeatPenalty);
    if (dialect == Dialect::LlamaCpp && !sampling.grammar.empty())
        body["grammar"] = sampling.grammar;
}

} // namespace

std::string_view roleName(Role role)
{
    switch (role) {
    case Role::System:
        return "system";
    case Role::User:
        return "user";
    case Role::Assistant:
        return "assistant";
    }
    return "user";
}

std::optional<Role> roleFromName(std::string_view name)
{
    for (const Role role : {Role::System, Role::User, Role::Assistant}) {
        if (roleName(role) == name)
            return role;
    }
    return std::nullopt;
}

json contentOf(std::string_view words, std::span<const Attachment> attachments)
{
    std::string text = withTexts(attachments, words);
    if (!hasImage(attachments))
        return text;
    json parts = json::array();
    for (const Attachment &attachment : attachments) {
        if (attachment.kind == AttachmentKind::Image)
            parts.push_back({{"type", "image_url"}, {"image_url", {{"url", dataUrl(attachment)}}}});
    }
    if (!text.empty())
        parts.push_back({{"type", "text"}, {"text", std::move(text)}});
    return parts;
}

bool understands(Dialect dialect, std::string_view name)
{
    const bool ofEngines = name == "top_k" || name == "min_p" || name == "repeat_penalty" ||
                           name == "continue_final_message" || name == "chat_template_kwargs";
    return !ofEngines || dialect != Dialect::Standard;
}

std::string requestBody(const ChatRequest &request, bool stream)
{
    json body = request.extra.is_object() ? request.extra : json::object();
    json messages = json::array();
    for (const ChatMessage &message : request.messages)
        messages.push_back(
            {{"role", roleName(message.role)}, {"content", contentOf(message.text, message.attachments)}});
    body["messages"] = std::move(messages);
    if (!request.model.empty())
        body["model"] = request.model;
    putSampling(body, request.sampling, request.dialect);
    if (stream) {
        body["stream"] = true;
        body["stream_options"] = {{"include_usage", true}};
        if (request.dialect == Dialect::LlamaCpp)
            body["return_progress"] = true;
    }
    return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace snug::chat
