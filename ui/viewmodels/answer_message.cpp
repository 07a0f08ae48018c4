// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/answer_message.h"

#include "ui/viewmodels/answer_request.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/sampling_settings.h"
#include "ui/viewmodels/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(AnswerMessage)
};

} // namespace

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

chat::Endpoint serverOf(const EngineEndpoint &endpoint)
{
    return {toUtf8(endpoint.url), toUtf8(endpoint.apiKey)};
}

chat::ChatRequest requestTo(const EngineEndpoint &endpoint, const SamplingSettings &sampling,
                            const QString &systemPrompt)
{
    chat::ChatRequest request;
    if (!systemPrompt.isEmpty())
        request.messages.push_back({chat::Role::System, toUtf8(systemPrompt)});
    request.sampling = samplingOf(sampling);
    request.model = toUtf8(endpoint.model);
    request.dialect = endpoint.dialect;
    return request;
}

bool isSpoken(const chat::Message &message)
{
    return message.role != chat::Role::Assistant || !isBlank(message.text);
}

void addMessage(chat::ChatRequest &request, const chat::Message &message)
{
    if (isSpoken(message))
        request.messages.push_back({message.role, message.text, message.attachments});
}

chat::MessageState stateAfter(const chat::ChatOutcome &outcome, bool begun)
{
    using chat::MessageState;
    if (!outcome.error)
        return MessageState::Complete;
    if (outcome.error->kind == ErrorKind::Cancelled)
        return MessageState::Stopped;
    return begun ? MessageState::Interrupted : MessageState::Failed;
}

void setOrigin(chat::Message &message, const EngineSession &engine, const QString &hash)
{
    message.model = toUtf8(engine.modelName());
    message.level = toUtf8(engine.level());
    message.modelHash = toUtf8(hash);
}

void setRate(chat::Message &message, const AnswerRequest &request)
{
    const double seconds = request.secondsWriting();
    message.tokens = request.pieces();
    message.tokensPerSecond = seconds > 0 ? static_cast<double>(message.tokens) / seconds : -1;
}

// With those of what a continued answer had before.
void setGuesses(chat::Message &message, const chat::Timings &timings, const chat::Message *before)
{
    message.draftTokens = timings.draftTokens + (before ? std::max<std::int64_t>(before->draftTokens, 0) : 0);
    message.draftAccepted =
        timings.draftAccepted + (before ? std::max<std::int64_t>(before->draftAccepted, 0) : 0);
}

void setFigures(chat::Message &message, const chat::ChatAnswer &answer, const chat::Message *before)
{
    message.text = (before ? before->text : std::string()) + answer.text;
    message.reasoning = (before ? before->reasoning : std::string()) + answer.reasoning;
    message.firstTokenSeconds = answer.firstTokenSeconds;
    if (answer.reasoningSeconds >= 0)
        message.reasoningSeconds = answer.reasoningSeconds;
    message.finishReason = answer.finishReason;
    if (answer.usage) {
        message.tokens = answer.usage->completion + (before ? std::max<std::int64_t>(before->tokens, 0) : 0);
        message.promptTokens = answer.usage->prompt;
    }
    if (answer.timings) {
        message.tokensPerSecond = answer.timings->predictedPerSecond;
        message.promptMs = answer.timings->promptMs;
        setGuesses(message, *answer.timings, before);
    }
}

QString readingText(const AnswerRequest &request)
{
    if (request.pieces() > 0)
        return {};
    if (request.promptTotal() <= 0)
        return Words::tr("Reading the prompt");
    return Words::tr("Reading the prompt, %1 %").arg(100 * request.promptDone() / request.promptTotal());
}

QString writingText(const AnswerRequest &request)
{
    if (request.pieces() == 0)
        return {};
    const double seconds = request.secondsWriting();
    const auto pieces = static_cast<double>(request.pieces());
    const QString tokens = Words::tr("%1 tokens").arg(countText(request.pieces()));
    // A rate of the first moment is noise.
    return seconds < 0.5 ? tokens
                         : Words::tr("%1 · %2 tokens/s").arg(tokens).arg(pieces / seconds, 0, 'f', 1);
}

} // namespace snug::ui
