// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/chat_answer.h"
#include "core/chat/conversation.h"
#include "core/chat/server_call.h"

#include <QString>

#include <string_view>

// How a conversation becomes a question to an engine, and what comes back a message: the same for a chat and
// for a side of a comparison.
namespace snug::ui {

class AnswerRequest;
class EngineSession;
struct EngineEndpoint;
struct SamplingSettings;

[[nodiscard]] bool isBlank(std::string_view text);

[[nodiscard]] chat::Endpoint serverOf(const EngineEndpoint &endpoint);
// Without messages but the system prompt, if there is one.
[[nodiscard]] chat::ChatRequest requestTo(const EngineEndpoint &endpoint, const SamplingSettings &sampling,
                                          const QString &systemPrompt);
// An answer that never began would only confuse the model.
[[nodiscard]] bool isSpoken(const chat::Message &message);
// With what is attached to it, if it is spoken.
void addMessage(chat::ChatRequest &request, const chat::Message &message);

// What an answer is when its request has ended so; `begun`: there are words of it.
[[nodiscard]] chat::MessageState stateAfter(const chat::ChatOutcome &outcome, bool begun);
// Whose answer it is. `hash`: of the model's file; empty: not known.
void setOrigin(chat::Message &message, const EngineSession &engine, const QString &hash);
// What was seen here, for servers that tell nothing.
void setRate(chat::Message &message, const AnswerRequest &request);
// What the server told, and what the answer was before the model went on with it (may be null).
void setFigures(chat::Message &message, const chat::ChatAnswer &answer, const chat::Message *before);

// "Reading the prompt, 40 %"; empty when the answer has begun.
[[nodiscard]] QString readingText(const AnswerRequest &request);
// "312 tokens · 40.8 tokens/s" of an answer that is being written; empty before.
[[nodiscard]] QString writingText(const AnswerRequest &request);

} // namespace snug::ui
