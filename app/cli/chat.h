// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/chat_session.h"
#include "app/cli/load_options.h"
#include "app/cli/verb.h"

#include <optional>
#include <string>

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
    [[nodiscard]] Result<chat::ChatAnswer> converse(ChatSession &session, const VerbContext &context) const;

    LoadOptions m_options;
    std::optional<std::string> m_prompt;
    std::string m_system;
    chat::Sampling m_sampling;
};

} // namespace snug::cli
