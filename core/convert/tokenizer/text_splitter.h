// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/tokenizer/regex.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::convert {

// Cuts a text into the pieces that a byte-pair encoding then works on, one step after the other: as the
// `pre_tokenizer` of a tokenizer.json says, or as llama.cpp does by a list of expressions. One thread.
class TextSplitter {
public:
    // Fails with Unsupported (reason pre_tokenizer, regex).
    [[nodiscard]] static Result<TextSplitter> ofTokenizer(const nlohmann::json &preTokenizer);
    // Each expression cuts out its matches (llama.cpp, unicode_regex_split). Fails as Regex::compile.
    [[nodiscard]] static Result<TextSplitter> ofExpressions(const std::vector<std::string> &expressions);

    // The pieces of a UTF-8 text, in order. nullopt if an expression could not be matched.
    [[nodiscard]] std::optional<std::vector<std::string>> split(std::string_view text) const;

private:
    // What becomes of the matches of an expression (tokenizers, SplitDelimiterBehavior).
    enum class Behavior { Isolated, Removed, WithPrevious, WithNext, Contiguous };

    struct Step {
        std::optional<Regex> regex;
        Behavior behavior = Behavior::Isolated;
        bool inverted = false;  // what is between the matches counts as matched
        bool addsSpace = false; // before a text that does not begin with one
    };

    struct Part {
        std::string text;
        bool matched = false;
    };

    [[nodiscard]] static std::optional<Behavior> behaviorOf(const nlohmann::json &step);
    [[nodiscard]] Result<void> add(const nlohmann::json &step);
    [[nodiscard]] Result<void> addExpression(std::string_view expression, Behavior behavior, bool inverted);
    [[nodiscard]] static std::optional<std::vector<Part>> cut(const Step &step, const std::string &text);
    static void join(std::vector<Part> parts, Behavior behavior, std::vector<std::string> &pieces);

    std::vector<Step> m_steps;
};

} // namespace snug::convert
