// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/answer_stream.h"

#include "core/chat/utf8_stream.h"

#include <fmt/format.h>

namespace snug::chat {
namespace {

using nlohmann::json;

constexpr std::size_t kAnswerBytes = 16 * 1024 * 1024;
constexpr std::size_t kServerTextBytes = 500; // of a server's words inside an error of ours

const json *member(const json &object, const char *name)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

std::string text(const json &object, const char *name)
{
    const json *value = member(object, name);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

double number(const json &object, const char *name)
{
    const json *value = member(object, name);
    return value != nullptr && value->is_number() ? value->get<double>() : 0;
}

// Numbers outside the 64-bit range are no counts.
std::int64_t count(const json &object, const char *name)
{
    const double value = number(object, name);
    return value >= 0 && value < 9.0e18 ? static_cast<std::int64_t>(value) : 0;
}

Timings timingsOf(const json &from)
{
    return {count(from, "cache_n"),     count(from, "prompt_n"),        number(from, "prompt_ms"),
            count(from, "predicted_n"), number(from, "predicted_ms"),   number(from, "predicted_per_second"),
            count(from, "draft_n"),     count(from, "draft_n_accepted")};
}

Error contextExceeded(const json &error)
{
    const std::int64_t wanted = count(error, "n_prompt_tokens");
    const std::int64_t available = count(error, "n_ctx");
    return {ErrorKind::TooLarge,
            fmt::format("The conversation has {} tokens, but the context holds only {}.", wanted, available),
            {{"reason", std::string("context")}, {"wanted_tokens", wanted}, {"limit", available}},
            "Start a new conversation, shorten it, or load the model with a larger context."};
}

} // namespace

Error serverError(long status, const json &reply)
{
    const json *object = member(reply, "error");
    const json &error = object == nullptr ? reply : *object;
    if (text(error, "type") == "exceed_context_size_error")
        return contextExceeded(error);
    const std::string words = error.is_string() ? error.get<std::string>() : text(error, "message");
    std::vector<std::pair<std::string, Error::Value>> detail = {{"status", std::int64_t{status}}};
    if (!words.empty())
        detail.emplace_back("reason", std::string(cutUtf8(words, kServerTextBytes)));
    const std::string because = words.empty() ? "." : ": " + std::string(cutUtf8(words, kServerTextBytes));
    switch (status) {
    case 401:
    case 403:
        return {ErrorKind::Auth, "The server does not accept the API key.", detail, "Check the key."};
    case 404:
        return {ErrorKind::NotFound, "The server does not know this request" + because, detail,
                "Check the address and the model's name."};
    case 429:
        return {ErrorKind::RateLimited, "The server asks to wait" + because, detail, "Try again later."};
    case 503:
        return {ErrorKind::Http, "The server is not ready yet" + because, detail,
                "Wait until the model is loaded."};
    default:
        break;
    }
    if (status >= 300 && status < 400)
        return {ErrorKind::Http, "The server sends elsewhere, which Snug does not follow.", detail,
                "Enter the address that it really has."};
    return {ErrorKind::Http, "The server answered with an error" + because, detail, "Try again."};
}

AnswerStream::AnswerStream(const ChatCallbacks &callbacks) : m_callbacks(callbacks) {}

Result<void> AnswerStream::feed(std::string_view bytes)
{
    SNUG_TRY(const auto events, m_parser.feed(bytes));
    for (const SseEvent &event : events) {
        if (auto taken = takeEvent(event); !taken)
            return taken;
    }
    return {};
}

Result<void> AnswerStream::finish() const
{
    if (m_done || !m_answer.finishReason.empty())
        return {};
    return fail(ErrorKind::Network, "The connection ended before the answer did.",
                {{"received_bytes", static_cast<std::int64_t>(m_answer.text.size())}},
                "Try again; if the server stopped, start it again.");
}

Result<void> AnswerStream::takeEvent(const SseEvent &event)
{
    if (m_done)
        return {};
    if (event.data == "[DONE]") {
        m_done = true;
        return {};
    }
    const json chunk = json::parse(validUtf8(event.data), nullptr, false);
    if (!chunk.is_object())
        return fail(ErrorKind::Protocol, "The server sent something that is no part of a chat.",
                    {{"line", std::string(cutUtf8(validUtf8(event.data), kServerTextBytes))}},
                    "Check that the address is that of an OpenAI-compatible server.");
    if (const json *error = member(chunk, "error"); error != nullptr && !error->is_null())
        return tl::make_unexpected(serverError(static_cast<long>(count(*error, "code")), chunk));
    if (m_answer.model.empty())
        m_answer.model = cutUtf8(text(chunk, "model"), kServerTextBytes);
    if (const json *usage = member(chunk, "usage"); usage != nullptr && usage->is_object())
        m_answer.usage = TokenUsage{count(*usage, "prompt_tokens"), count(*usage, "completion_tokens")};
    if (const json *timings = member(chunk, "timings"); timings != nullptr && timings->is_object())
        m_answer.timings = timingsOf(*timings);
    if (const json *progress = member(chunk, "prompt_progress");
        progress != nullptr && progress->is_object() && m_callbacks.onPromptProgress)
        m_callbacks.onPromptProgress(count(*progress, "processed"), count(*progress, "total"));
    const json *choices = member(chunk, "choices");
    if (choices == nullptr || !choices->is_array() || choices->empty())
        return {};
    return takeChoice(choices->front());
}

Result<void> AnswerStream::takeChoice(const json &choice)
{
    if (const std::string reason = text(choice, "finish_reason"); !reason.empty())
        m_answer.finishReason = cutUtf8(reason, kServerTextBytes);
    const json *delta = member(choice, "delta");
    if (delta == nullptr)
        return {};
    const std::string added = text(*delta, "content");
    std::string thought = text(*delta, "reasoning_content");
    if (thought.empty())
        thought = text(*delta, "reasoning"); // vLLM's and OpenRouter's name for it
    if (added.empty() && thought.empty())
        return {};
    if (added.size() + thought.size() > kAnswerBytes - m_answer.text.size() - m_answer.reasoning.size())
        return fail(ErrorKind::TooLarge, "The answer is too long.",
                    {{"limit", static_cast<std::int64_t>(kAnswerBytes)}}, "Ask for fewer tokens.");
    m_answer.text += added;
    m_answer.reasoning += thought;
    if (m_callbacks.onDelta)
        m_callbacks.onDelta(added, thought);
    return {};
}

} // namespace snug::chat
