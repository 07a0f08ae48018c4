// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/context_room.h"

#include <algorithm>
#include <limits>

namespace snug::chat {
namespace {

// Tokens that are left for an answer when nobody says how long it may be.
constexpr std::int64_t kUsualAnswer = 512;

// What templates add of their own: to the whole, and to each message.
constexpr std::int64_t kTemplateTokens = 256;
constexpr std::int64_t kMessageTokens = 16;

std::int64_t reserveOf(const RoomQuestion &question)
{
    const std::int64_t asked = question.request.sampling.maxTokens.value_or(kUsualAnswer);
    return std::min(asked, question.contextTokens / 4);
}

// Images are what their projector makes of them: not to be told from their bytes.
std::int64_t sizeOf(const ChatMessage &message)
{
    auto bytes = static_cast<std::int64_t>(message.text.size());
    for (const Attachment &attachment : message.attachments) {
        if (attachment.kind == AttachmentKind::Image)
            return std::numeric_limits<std::int32_t>::max();
        bytes +=
            kMessageTokens + static_cast<std::int64_t>(attachment.name.size() + attachment.content().size());
    }
    return bytes;
}

CountTokens counter(const OpenAiClient &client, const ChatRequest &request, const std::stop_token &stop)
{
    return [&client, &request, stop](std::span<const ChatMessage> messages) {
        ChatRequest counted;
        counted.model = request.model;
        counted.dialect = request.dialect;
        counted.messages.assign(messages.begin(), messages.end());
        return client.countTokens(counted, stop);
    };
}

Result<std::string> summaryOf(const OpenAiClient &client, const EdgePlan &plan, const ChatRequest &asked,
                              const std::stop_token &stop)
{
    ChatRequest request;
    request.model = asked.model;
    request.dialect = asked.dialect;
    request.messages = plan.toSummarise;
    request.sampling.temperature = 0;
    request.sampling.maxTokens = static_cast<int>(std::max<std::int64_t>(1, plan.summaryTokens));
    ChatOutcome outcome = client.complete(request, {}, stop);
    if (outcome.error)
        return tl::make_unexpected(*std::move(outcome.error));
    return std::move(outcome.answer.text);
}

} // namespace

bool surelyFits(const RoomQuestion &question)
{
    auto tokens = kTemplateTokens + static_cast<std::int64_t>(question.cut.summary.size());
    for (const ChatMessage &message : question.request.messages)
        tokens += kMessageTokens + sizeOf(message);
    return tokens <= question.contextTokens - reserveOf(question);
}

Result<Room> makeRoom(const OpenAiClient &client, const RoomQuestion &question,
                      const std::function<void()> &onSummarising, const std::stop_token &stop)
{
    const auto &messages = question.request.messages;
    Room room{sentWith(messages, question.cut), question.cut, -1, false, std::nullopt};
    const bool engineRefuses = question.atEdge == AtEdge::Stop;
    if (question.contextTokens <= 0 || engineRefuses || surelyFits(question))
        return room;
    auto plan =
        planAtEdge({messages, question.cut, question.contextTokens, reserveOf(question), question.atEdge},
                   counter(client, question.request, stop));
    if (!plan && (plan.error().kind == ErrorKind::Unsupported || plan.error().kind == ErrorKind::NotFound))
        return room;
    if (!plan)
        return tl::make_unexpected(std::move(plan).error());
    room.tokens = plan->tokens;
    room.moved = plan->moved(question.cut);
    room.cut = std::move(plan->cut);
    if (!plan->toSummarise.empty()) {
        if (onSummarising)
            onSummarising();
        auto summary = summaryOf(client, *plan, question.request, stop);
        if (!summary && summary.error().kind == ErrorKind::Cancelled)
            return tl::make_unexpected(std::move(summary).error());
        if (summary)
            room.cut.summary = *std::move(summary);
        else
            room.noSummary = std::move(summary).error();
    }
    room.sent = sentWith(messages, room.cut);
    return room;
}

} // namespace snug::chat
