// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/chat_answer.h"
#include "core/chat/sse_parser.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <string_view>

namespace snug::chat {

struct ChatCallbacks {
    // What was just added; either may be empty, both are whole UTF-8 characters.
    std::function<void(std::string_view text, std::string_view reasoning)> onDelta;
    // Tokens of the prompt read so far, of all; only servers that tell.
    std::function<void(std::int64_t done, std::int64_t total)> onPromptProgress;
};

// Puts an answer together from the bytes of a streamed chat completion. Every byte is a stranger's: the text
// is bounded, fields of wrong types are passed over, and what is no event of the protocol is an error.
class AnswerStream {
public:
    explicit AnswerStream(const ChatCallbacks &callbacks); // must outlive this

    // Fails with Protocol, TooLarge, or with what the server reports in the stream.
    [[nodiscard]] Result<void> feed(std::string_view bytes);
    // At the end of the stream: Network if the answer has no end.
    [[nodiscard]] Result<void> finish() const;

    [[nodiscard]] const ChatAnswer &answer() const { return m_answer; }

private:
    [[nodiscard]] Result<void> takeEvent(const SseEvent &event);
    [[nodiscard]] Result<void> takeChoice(const nlohmann::json &choice);

    const ChatCallbacks &m_callbacks;
    SseParser m_parser;
    ChatAnswer m_answer;
    bool m_done = false;
};

// The error in a server's JSON reply or event: exceeded context with its numbers, 401, 503 and the rest.
[[nodiscard]] Error serverError(long status, const nlohmann::json &reply);

} // namespace snug::chat
