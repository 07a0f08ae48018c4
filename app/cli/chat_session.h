// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/terminal_text.h"
#include "app/cli/verb.h"
#include "core/chat/openai_client.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace snug::cli {

// A conversation with a server: what was said, and each answer as it arrives on stdout (text, or `delta`
// events with --json). Used on the main thread, but for interrupt().
class ChatSession {
public:
    struct Setup {
        std::string systemPrompt;
        chat::Sampling sampling;
        std::int64_t contextTokens = 0;
    };

    ChatSession(const chat::OpenAiClient &client, const VerbContext &context, Setup setup);

    // Asks and shows the answer. An answer that the user stopped is one; a question that failed is taken
    // back.
    [[nodiscard]] Result<chat::ChatAnswer> ask(std::string_view text);
    // The last answer anew. Fails with InvalidArgument if there is none.
    [[nodiscard]] Result<chat::ChatAnswer> regenerate();
    void reset();
    void setSystemPrompt(std::string_view text);

    // Stops the answer that is being given, if any; from any thread.
    bool interrupt();

    // "12 tokens, 45.3 tokens/s, context 57 of 1 024"
    [[nodiscard]] std::string statusOf(const chat::ChatAnswer &answer) const;
    // Tokens of the conversation so far; -1: the server does not tell.
    [[nodiscard]] std::int64_t usedTokens(const chat::ChatAnswer &answer) const;

private:
    [[nodiscard]] Result<chat::ChatAnswer> answer();
    [[nodiscard]] std::stop_source beginAnswer();
    void show(std::string_view text, std::string_view reasoning);
    void endLine();
    [[nodiscard]] std::vector<chat::ChatMessage> conversation() const;

    const chat::OpenAiClient &m_client;
    const VerbContext &m_context;
    Setup m_setup;
    std::vector<chat::ChatMessage> m_messages;
    TerminalText m_filter;
    bool m_lineOpen = false;
    bool m_writeFailed = false;

    std::mutex m_mutex;
    std::optional<std::stop_source> m_answering;
};

} // namespace snug::cli
