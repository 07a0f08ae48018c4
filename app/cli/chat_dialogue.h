// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/chat_session.h"
#include "core/chat/chat_commands.h"
#include "core/chat/engine_client.h"
#include "core/chat/template_report.h"

#include <optional>
#include <string>

namespace snug::cli {

// What the lines of a conversation ask for: an answer, or one of core/chat/chat_commands.h. What commands
// show goes to stderr, or as events to stdout with --json. Used on the main thread.
class ChatDialogue {
public:
    struct Model {
        std::string name;
        chat::TemplateReport chatTemplate;
    };

    ChatDialogue(ChatSession &session, const chat::Endpoint &endpoint, const VerbContext &context,
                 Model model);

    // Nothing if the line asked for no answer. Fails as the calls of the clients and of ChatSession.
    [[nodiscard]] Result<std::optional<chat::ChatAnswer>> respond(const chat::ChatLine &line);

private:
    [[nodiscard]] Result<void> obey(const chat::ChatLine &line);
    [[nodiscard]] Result<std::optional<chat::ChatAnswer>> edit(const std::string &arguments);
    [[nodiscard]] Result<void> showPrompt(const std::string &question) const;
    [[nodiscard]] Result<void> showTemplate() const;
    [[nodiscard]] Result<void> showContext() const;
    [[nodiscard]] Result<void> scaleAdapter(const std::string &arguments) const;
    [[nodiscard]] Result<void> attach(const std::string &file);
    [[nodiscard]] Result<void> save(const std::string &file) const;

    ChatSession &m_session;
    chat::OpenAiClient m_client;
    chat::EngineClient m_engine;
    const VerbContext &m_context;
    Model m_model;
};

// {"text", "tokens", "ids"}: the pieces together, how many there are, and which.
[[nodiscard]] nlohmann::json promptFields(const chat::ExactPrompt &prompt);

} // namespace snug::cli
