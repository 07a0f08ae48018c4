// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/answer_options.h"
#include "app/cli/chat_dialogue.h"
#include "app/cli/serve_options.h"
#include "app/cli/verb.h"

#include <optional>
#include <string>
#include <vector>

namespace snug::cli {

// `chat MODEL`: loads a model in this process and talks with it, one prompt or line by line. stdout holds
// only the answers; where it runs, speed and prompts go to stderr.
class ChatVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] bool readsStdin() const override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    [[nodiscard]] Result<nlohmann::json>
    exactPrompt(const ChatSession &session, const chat::Endpoint &endpoint, const VerbContext &context) const;
    [[nodiscard]] Result<nlohmann::json> answers(ChatSession &session, ChatDialogue &dialogue,
                                                 const VerbContext &context) const;
    [[nodiscard]] Result<chat::ChatAnswer> converse(ChatSession &session, ChatDialogue &dialogue,
                                                    const VerbContext &context) const;

    [[nodiscard]] Result<std::vector<chat::Attachment>> attachments() const;

    ServeOptions m_options;
    AnswerOptions m_answers;
    std::optional<std::string> m_prompt;
    std::string m_system;
    std::vector<std::string> m_images; // UTF-8, as the next
    std::vector<std::string> m_files;
    bool m_showPrompt = false;
};

} // namespace snug::cli
