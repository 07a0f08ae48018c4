// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "core/chat/template_report.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace snug::cli {

// Looks at a chat template: the child of `inspect`, `serve` and `chat`, because a template is a program that
// may come to no end, take all memory or end the process. Its memory is limited where the system can.
class ProbeTemplateVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::string m_model;    // UTF-8
    std::string m_template; // see ChosenTemplate
};

// The template that makes a model's prompts.
struct ChosenTemplate {
    std::string text; // what the engine is to use instead of the model's own; empty: that
    chat::TemplateReport report;
    bool checked = true; // false: the engine could not read the model's vocabulary
};

// `wanted`: a file, "chatml", or empty for the model's own, which has ChatML stand in if it is missing or of
// no use. Blocks for 20 seconds at most, commonly for less than half of one. Fails with Cancelled, or for a
// `wanted` template: NotFound, Io, TooLarge, Corrupt (cannot be used; the message tells line and cause).
[[nodiscard]] Result<ChosenTemplate> chooseTemplate(const std::filesystem::path &model,
                                                    const std::string &wanted, const std::stop_token &stop);

} // namespace snug::cli
