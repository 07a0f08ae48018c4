// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/terminal_text.h"
#include "app/cli/verb.h"
#include "core/chat/context_room.h"
#include "core/chat/openai_client.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace snug::cli {

// Why an image is refused, and what to do.
[[nodiscard]] Error noVision();

// A conversation with a server: what was said, and each answer as it arrives on stdout (text, or `delta`
// events with --json). Where the context is full it says what is cut. Used on the main thread, but for
// interrupt().
class ChatSession {
public:
    struct Setup {
        std::string systemPrompt;
        chat::Sampling sampling;
        nlohmann::json extra = nlohmann::json::object(); // further fields of every request
        std::int64_t contextTokens = 0;
        chat::AtEdge atEdge = chat::AtEdge::Stop;
        bool vision = false; // the model understands images
    };

    ChatSession(const chat::OpenAiClient &client, const VerbContext &context, Setup setup);

    // For the next question. Fails with Unsupported for an image that the model cannot see, TooLarge for one
    // too many.
    [[nodiscard]] Result<void> attach(chat::Attachment attachment);
    // Since the last question.
    [[nodiscard]] const std::vector<chat::Attachment> &attached() const { return m_attached; }

    // Asks and shows the answer. An answer that the user stopped is one; a question that failed is taken
    // back.
    [[nodiscard]] Result<chat::ChatAnswer> ask(std::string_view text);
    // The last answer anew. Fails with InvalidArgument if there is none.
    [[nodiscard]] Result<chat::ChatAnswer> regenerate();
    // Another question in the place of the `number`-th, from 1, with what was attached to that; what came
    // after it is forgotten unless the new one fails. Fails with InvalidArgument if there is none.
    [[nodiscard]] Result<chat::ChatAnswer> edit(std::int64_t number, std::string_view text);
    // Forgets the last question and its answer. Fails with InvalidArgument if there is none.
    [[nodiscard]] Result<void> undo();
    void reset();
    void setSystemPrompt(std::string_view text);

    // Stops the answer that is being given, if any; from any thread.
    bool interrupt();

    // Everything that was said, the system prompt first.
    [[nodiscard]] std::vector<chat::ChatMessage> conversation() const;
    // What is sent of it for an answer to `question` with what is attached; nothing of both: to the last
    // question again.
    [[nodiscard]] chat::ChatRequest requestFor(std::string_view question) const;
    // Of what is sent for the next answer.
    [[nodiscard]] Result<std::int64_t> contextTokens() const;
    [[nodiscard]] const chat::ContextCut &cut() const { return m_cut; }
    [[nodiscard]] const Setup &setup() const { return m_setup; }

    // "12 tokens, 45.3 tokens/s, context 57 of 1 024"
    [[nodiscard]] std::string statusOf(const chat::ChatAnswer &answer) const;
    // Tokens of the conversation so far; -1: the server does not tell.
    [[nodiscard]] std::int64_t usedTokens(const chat::ChatAnswer &answer) const;

private:
    // Replaces the end of the conversation from the `keep`-th message on and has it answered.
    [[nodiscard]] Result<chat::ChatAnswer> answerAfter(std::size_t keep,
                                                       std::optional<chat::ChatMessage> question);
    [[nodiscard]] chat::ChatRequest requestOf(std::span<const chat::ChatMessage> all) const;
    [[nodiscard]] Result<chat::ChatAnswer> answer();
    [[nodiscard]] Result<void> makeRoom(const std::stop_token &stop);
    void tellCut(std::int64_t tokens);
    [[nodiscard]] chat::CountTokens counter(const std::stop_token &stop) const;
    [[nodiscard]] std::stop_source beginAnswer();
    void show(std::string_view text, std::string_view reasoning);
    void endLine();
    // A cut belongs to messages that are still there.
    void forgetCutBeyond(std::size_t messages);

    const chat::OpenAiClient &m_client;
    const VerbContext &m_context;
    Setup m_setup;
    std::vector<chat::ChatMessage> m_messages; // without the system prompt
    std::vector<chat::Attachment> m_attached;
    chat::ContextCut m_cut;
    TerminalText m_filter;
    bool m_lineOpen = false;
    bool m_writeFailed = false;

    std::mutex m_mutex;
    std::optional<std::stop_source> m_answering;
};

} // namespace snug::cli
