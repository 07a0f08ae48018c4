// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/chat_session.h"

#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
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

Error noVision()
{
    return {ErrorKind::Unsupported,
            "This model sees no images: no projector is loaded with it.",
            {},
            "Models that see come with a second file, mmproj-....gguf, in the same repository; give it with "
            "--mmproj FILE."};
}

ChatSession::ChatSession(const chat::OpenAiClient &client, const VerbContext &context, Setup setup)
    : m_client(client), m_context(context), m_setup(std::move(setup))
{
}

Result<void> ChatSession::attach(chat::Attachment attachment)
{
    if (attachment.kind == chat::AttachmentKind::Image && !m_setup.vision)
        return tl::make_unexpected(noVision());
    if (m_attached.size() == chat::kMostAttachments)
        return fail(ErrorKind::TooLarge, "Too much is attached to one question.",
                    {{"limit", static_cast<std::int64_t>(chat::kMostAttachments)}});
    m_attached.push_back(std::move(attachment));
    return {};
}

Result<chat::ChatAnswer> ChatSession::ask(std::string_view text)
{
    auto given =
        answerAfter(m_messages.size(), chat::ChatMessage{chat::Role::User, std::string(text), m_attached});
    if (given)
        m_attached.clear();
    return given;
}

Result<chat::ChatAnswer> ChatSession::regenerate()
{
    if (m_messages.empty())
        return fail(ErrorKind::InvalidArgument, "There is no answer yet.");
    return answerAfter(m_messages.size() - 1, std::nullopt);
}

Result<chat::ChatAnswer> ChatSession::edit(std::int64_t number, std::string_view text)
{
    std::int64_t questions = 0;
    for (std::size_t i = 0; i < m_messages.size(); ++i) {
        if (m_messages[i].role == chat::Role::User && ++questions == number)
            return answerAfter(
                i, chat::ChatMessage{chat::Role::User, std::string(text), m_messages[i].attachments});
    }
    return fail(ErrorKind::InvalidArgument, fmt::format("There is no question {}.", number),
                {{"questions", questions}});
}

Result<void> ChatSession::undo()
{
    const auto last = std::find_if(m_messages.rbegin(), m_messages.rend(),
                                   [](const auto &message) { return message.role == chat::Role::User; });
    if (last == m_messages.rend())
        return fail(ErrorKind::InvalidArgument, "There is no question to forget.");
    m_messages.erase(std::prev(last.base()), m_messages.end());
    forgetCutBeyond(m_messages.size());
    return {};
}

void ChatSession::reset()
{
    m_messages.clear();
    m_attached.clear();
    m_cut = {};
}

void ChatSession::setSystemPrompt(std::string_view text)
{
    m_setup.systemPrompt = text;
}

void ChatSession::forgetCutBeyond(std::size_t messages)
{
    if (m_cut.messages >= messages)
        m_cut = {};
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

Result<chat::ChatAnswer> ChatSession::answerAfter(std::size_t keep, std::optional<chat::ChatMessage> question)
{
    const auto end = m_messages.begin() + static_cast<std::ptrdiff_t>(keep);
    std::vector<chat::ChatMessage> replaced(end, m_messages.end());
    const chat::ContextCut cut = m_cut;
    m_messages.erase(end, m_messages.end());
    if (question)
        m_messages.push_back(*std::move(question));
    forgetCutBeyond(m_messages.size());
    auto given = answer();
    if (!given) {
        m_messages.resize(keep);
        m_messages.insert(m_messages.end(), replaced.begin(), replaced.end());
        m_cut = cut;
    }
    return given;
}

Result<chat::ChatAnswer> ChatSession::answer()
{
    std::stop_source stop = beginAnswer();
    const std::stop_callback ended(m_context.stop, [&stop] { stop.request_stop(); });
    chat::ChatOutcome outcome;
    if (auto room = makeRoom(stop.get_token()); room) {
        chat::ChatCallbacks callbacks;
        callbacks.onDelta = [&](std::string_view text, std::string_view reasoning) {
            show(text, reasoning);
            if (m_writeFailed)
                stop.request_stop();
        };
        callbacks.onPromptProgress = [this](std::int64_t done, std::int64_t total) {
            m_context.progress({"reading the conversation", done, total, Unit::Tokens});
        };
        outcome = m_client.complete(requestOf(conversation()), callbacks, stop.get_token());
        endLine();
    } else {
        outcome.error = room.error();
    }
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

chat::CountTokens ChatSession::counter(const std::stop_token &stop) const
{
    return [this, stop](std::span<const chat::ChatMessage> messages) {
        chat::ChatRequest request;
        request.messages.assign(messages.begin(), messages.end());
        return m_client.countTokens(request, stop);
    };
}

Result<void> ChatSession::makeRoom(const std::stop_token &stop)
{
    chat::RoomQuestion question;
    question.request.messages = conversation();
    question.request.sampling = m_setup.sampling;
    question.cut = m_cut;
    question.contextTokens = m_setup.contextTokens;
    question.atEdge = m_setup.atEdge;
    const auto sayIt = [this] { m_context.progress({"summing up the oldest messages", 0, -1, Unit::Items}); };
    SNUG_TRY(const chat::Room room, chat::makeRoom(m_client, question, sayIt, stop));
    if (!room.moved)
        return {};
    if (room.noSummary)
        m_context.log("warning", "The oldest messages could not be summed up: " + room.noSummary->message);
    m_cut = room.cut;
    tellCut(room.tokens);
    return {};
}

void ChatSession::tellCut(std::int64_t tokens)
{
    if (m_context.json) {
        m_context.event(
            {{"event", "cut"}, {"messages", m_cut.messages}, {"tokens", tokens}, {"summary", m_cut.summary}});
        return;
    }
    m_context.event({});
    const std::string_view how = m_cut.summary.empty() ? "" : "; a summary stands for them";
    fmt::print(stderr, "--- the context is full: the oldest {} messages are no longer sent{} ---\n",
               m_cut.messages, how);
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

chat::ChatRequest ChatSession::requestFor(std::string_view question) const
{
    auto all = conversation();
    if (!question.empty() || !m_attached.empty())
        all.push_back({chat::Role::User, std::string(question), m_attached});
    else if (!all.empty() && all.back().role == chat::Role::Assistant)
        all.pop_back();
    return requestOf(all);
}

chat::ChatRequest ChatSession::requestOf(std::span<const chat::ChatMessage> all) const
{
    chat::ChatRequest request;
    request.messages = chat::sentWith(all, m_cut);
    request.sampling = m_setup.sampling;
    request.extra = m_setup.extra;
    return request;
}

Result<std::int64_t> ChatSession::contextTokens() const
{
    const auto sent = chat::sentWith(conversation(), m_cut);
    return sent.empty() ? Result<std::int64_t>(0) : counter(m_context.stop)(sent);
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
    if (answer.timings->draftTokens > 0)
        status += fmt::format(", {} of {} guesses right", formatCount(answer.timings->draftAccepted),
                              formatCount(answer.timings->draftTokens));
    return answer.finishReason == "length" ? status + ", cut off by the limit" : status;
}

} // namespace snug::cli
