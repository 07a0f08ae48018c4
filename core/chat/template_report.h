// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::chat {

// Which chat template makes the prompts of a model.
enum class TemplateSource {
    Model,    // its own
    Given,    // another one that somebody chose
    Fallback, // ChatML, because the model's own is missing or cannot be used
};

// "model", "given", "fallback".
[[nodiscard]] std::string_view sourceName(TemplateSource source);

// Something about a template that a person may want to know.
struct TemplateFinding {
    std::string id;      // snake_case; see backends/llama/template_check.h
    std::string message; // a sentence
    std::string hint;    // what to do about it; may be empty

    bool operator==(const TemplateFinding &) const = default;
};

struct TemplateReport {
    TemplateSource source = TemplateSource::Model; // of the template that is used
    std::vector<TemplateFinding> findings;

    bool operator==(const TemplateReport &) const = default;
};

// {"source", "findings": [{"id", "message", "hint"}]}
[[nodiscard]] nlohmann::json toJson(const TemplateReport &report);
// nullopt for another shape; further fields are passed over.
[[nodiscard]] std::optional<TemplateReport> parseTemplateReport(const nlohmann::json &said);

} // namespace snug::chat
