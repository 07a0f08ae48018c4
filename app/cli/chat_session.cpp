// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/chat_session.h"

#include "core/base/units.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;

// True if all of it was written.
bool put(std::FILE *file, std::string_view text)
{
    return std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
}

} // namespace

ChatSession::ChatSession(const chat::OpenAiClient &client, const VerbContext &context, Setup setup)
    : m_client(client), m_context(context), m_setup(std::move(setup))
{
}

Result<chat::ChatAnswer> ChatSession::ask(std::string_view text)
{
    m_messages.push_back({chat::Role::User, std::string(text)});
    auto given = answer();
    if (!given)
        m_messages.pop_back();
    return given;
}

Result<chat::ChatAnswer> ChatSession::regenerate()
{
    if (m_messages.empty())
        return fail(ErrorKind::InvalidArgument, "There is no answer yet.");
    const chat::ChatMessage old = std::move(m_messages.back());
    m_messages.pop_back();
    auto given = answer();
    if (!given)
        m_messages.push_back(old);
    return given;
}

void ChatSession::reset()
{
    m_messages.clear();
}

void ChatSession::setSystemPrompt(std::string_view text)
{
    m_setup.systemPrompt = text;
}

bool ChatSession::interrupt()
{
    const std::scoped_lock lock(m_mutex);
    return m_answering && m_answering->request_stop();
}

std::stop_source ChatSession::beginAnswer()
{
    const std::scoped_lock lock(m_mutex);
    m_answering.emplace();
    return *m_answering;
}

Result<chat::ChatAnswer> ChatSession::answer()
{
    std::stop_source stop = beginAnswer();
    const std::stop_callback ended(m_context.stop, [&stop] { stop.request_stop(); });
    chat::ChatRequest request;
    request.messages = conversation();
    request.sampling = m_setup.sampling;
    chat::ChatCallbacks callbacks;
    callbacks.onDelta = [&](std::string_view text, std::string_view reasoning) {
        show(text, reasoning);
        if (m_writeFailed)
            stop.request_stop();
    };
    callbacks.onPromptProgress = [this](std::int64_t done, std::int64_t total) {
        m_context.progress({"reading the conversation", done, total, Unit::Tokens});
    };
    chat::ChatOutcome outcome = m_client.complete(request, callbacks, stop.get_token());
    endLine();
    {
        const std::scoped_lock lock(m_mutex);
        m_answering.reset();
    }
    if (m_writeFailed)
        return fail(ErrorKind::Io, "The answer could not be written to stdout.", {}, "Check where it goes.");
    const bool stoppedByUser =
        outcome.error && outcome.error->kind == ErrorKind::Cancelled && !m_context.stop.stop_requested();
    if (outcome.error && !stoppedByUser)
        return tl::make_unexpected(*outcome.error);
    if (stoppedByUser)
        outcome.answer.finishReason = "stopped";
    m_messages.push_back({chat::Role::Assistant, outcome.answer.text});
    return std::move(outcome.answer);
}

void ChatSession::show(std::string_view text, std::string_view reasoning)
{
    if (m_context.json) {
        json event = {{"event", "delta"}, {"text", text}};
        if (!reasoning.empty())
            event["reasoning"] = reasoning;
        m_context.event(event);
        m_writeFailed = !m_context.written();
        return;
    }
    m_context.event({}); // takes a progress line away
    if (!reasoning.empty())
        put(stderr, terminalText(reasoning));
    if (text.empty())
        return;
    m_lineOpen = true;
    m_writeFailed = !put(stdout, m_context.terminal ? m_filter.feed(text) : std::string(text));
}

void ChatSession::endLine()
{
    if (!std::exchange(m_lineOpen, false) || m_writeFailed)
        return;
    m_writeFailed = !put(stdout, (m_context.terminal ? m_filter.finish() : std::string()) + "\n");
}

std::vector<chat::ChatMessage> ChatSession::conversation() const
{
    std::vector<chat::ChatMessage> all;
    if (!m_setup.systemPrompt.empty())
        all.push_back({chat::Role::System, m_setup.systemPrompt});
    all.insert(all.end(), m_messages.begin(), m_messages.end());
    return all;
}

std::int64_t ChatSession::usedTokens(const chat::ChatAnswer &answer) const
{
    if (answer.usage)
        return answer.usage->prompt + answer.usage->completion;
    if (answer.timings)
        return answer.timings->cachedTokens + answer.timings->promptTokens + answer.timings->predictedTokens;
    return -1;
}

std::string ChatSession::statusOf(const chat::ChatAnswer &answer) const
{
    if (!answer.timings)
        return answer.finishReason;
    std::string status =
        fmt::format("{} tokens, {:.1f} tokens/s, context {} of {}",
                    formatCount(answer.timings->predictedTokens), answer.timings->predictedPerSecond,
                    formatCount(usedTokens(answer)), formatCount(m_setup.contextTokens));
    return answer.finishReason == "length" ? status + ", cut off by the limit" : status;
}

} // namespace snug::cli
