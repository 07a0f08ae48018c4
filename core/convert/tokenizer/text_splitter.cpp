// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/text_splitter.h"

#include "core/hub/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace snug::convert {
namespace {

using nlohmann::json;

constexpr std::size_t kMostExpression = 64 * 1024;
constexpr std::size_t kMostSteps = 16;
// What ByteLevel cuts by: the expression of GPT-2.
constexpr std::string_view kByteLevel =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

tl::unexpected<Error> unknownStep(const std::string &type)
{
    return fail(ErrorKind::Unsupported,
                fmt::format("Snug does not know how the tokenizer's step {} splits texts.", type),
                {{"reason", std::string("pre_tokenizer")}, {"step", type}});
}

// A text taken as it is.
std::string literally(std::string_view text)
{
    std::string expression;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           static_cast<unsigned char>(c) >= 0x80;
        if (!plain)
            expression += '\\';
        expression += c;
    }
    return expression;
}

// The tokenizers' expressions are Oniguruma's, where a set within a set stands for its members (BLOOM has
// one). PCRE2 takes the inner bracket for itself; so the inner brackets go. A set that is taken away from
// another, or whose members are the others, stays as it is, and is then found to be unlike every known one.
std::string withoutInnerSets(std::string_view expression)
{
    std::string flat;
    int depth = 0;
    for (std::size_t at = 0; at < expression.size(); ++at) {
        const char c = expression[at];
        const std::string_view rest = expression.substr(at + 1);
        if (c == '\\' && !rest.empty()) {
            flat += c;
            flat += expression[++at];
            continue;
        }
        if (depth > 0 && c == '[' && (rest.starts_with(':') || rest.starts_with('^')))
            return std::string(expression);
        if (c == '[' && ++depth > 1)
            continue;
        if (c == ']' && depth > 0 && --depth > 0)
            continue;
        flat += c;
    }
    return flat;
}

std::optional<std::string> expressionOf(const json &step)
{
    const json *pattern = hub::memberOf(step, "pattern");
    if (pattern == nullptr)
        return std::nullopt;
    if (const auto regex = hub::textOf(*pattern, "Regex", kMostExpression))
        return withoutInnerSets(*regex);
    const auto text = hub::textOf(*pattern, "String", kMostExpression);
    return text ? std::optional(literally(*text)) : std::nullopt;
}

} // namespace

std::optional<TextSplitter::Behavior> TextSplitter::behaviorOf(const json &step)
{
    constexpr std::array<std::pair<std::string_view, Behavior>, 5> kBehaviors = {
        {{"Isolated", Behavior::Isolated},
         {"Removed", Behavior::Removed},
         {"MergedWithPrevious", Behavior::WithPrevious},
         {"MergedWithNext", Behavior::WithNext},
         {"Contiguous", Behavior::Contiguous}}};
    const auto said = hub::textOf(step, "behavior").value_or(std::string());
    const auto *const known = std::find_if(kBehaviors.begin(), kBehaviors.end(),
                                           [&](const auto &entry) { return entry.first == said; });
    return known != kBehaviors.end() ? std::optional(known->second) : std::nullopt;
}

Result<TextSplitter> TextSplitter::ofTokenizer(const json &preTokenizer)
{
    TextSplitter splitter;
    if (hub::textOf(preTokenizer, "type") != "Sequence") {
        SNUG_CHECK(splitter.add(preTokenizer));
        return splitter;
    }
    const json *steps = hub::memberOf(preTokenizer, "pretokenizers");
    if (steps == nullptr || !steps->is_array())
        return unknownStep("Sequence");
    for (const json &step : *steps)
        SNUG_CHECK(splitter.add(step));
    return splitter;
}

Result<TextSplitter> TextSplitter::ofExpressions(const std::vector<std::string> &expressions)
{
    TextSplitter splitter;
    for (const std::string &expression : expressions)
        SNUG_CHECK(splitter.addExpression(expression, Behavior::Isolated, false));
    return splitter;
}

Result<void> TextSplitter::addExpression(std::string_view expression, Behavior behavior, bool inverted)
{
    SNUG_TRY(Regex regex, Regex::compile(expression));
    m_steps.push_back({std::move(regex), behavior, inverted, false});
    return {};
}

Result<void> TextSplitter::add(const json &step)
{
    const std::string type = hub::textOf(step, "type").value_or(std::string());
    if (m_steps.size() >= kMostSteps)
        return unknownStep(type);
    if (type == "Split") {
        const auto expression = expressionOf(step);
        const auto behavior = behaviorOf(step);
        if (!expression || !behavior)
            return unknownStep(type);
        return addExpression(*expression, *behavior, hub::flagOf(step, "invert"));
    }
    if (type == "Digits")
        return addExpression(hub::flagOf(step, "individual_digits") ? R"(\p{N})" : R"(\p{N}+)",
                             Behavior::Isolated, false);
    if (type == "Punctuation")
        return addExpression(R"([\p{P}!-/:-@\[-`{-~])", behaviorOf(step).value_or(Behavior::Isolated), false);
    if (type == "WhitespaceSplit")
        return addExpression(R"(\s)", Behavior::Removed, false);
    if (type != "ByteLevel")
        return unknownStep(type.empty() ? "null" : type);
    if (hub::flagOf(step, "add_prefix_space"))
        m_steps.push_back({std::nullopt, Behavior::Isolated, false, true});
    const json *cuts = hub::memberOf(step, "use_regex");
    if (cuts == nullptr || !cuts->is_boolean() || cuts->get<bool>())
        return addExpression(kByteLevel, Behavior::Isolated, false);
    return {};
}

std::optional<std::vector<TextSplitter::Part>> TextSplitter::cut(const Step &step, const std::string &text)
{
    if (!step.regex)
        return std::vector<Part>{{text.starts_with(' ') ? text : " " + text, false}};
    std::vector<Part> parts;
    std::size_t done = 0;
    const auto add = [&](std::size_t end, bool matched) {
        if (end > done)
            parts.push_back({text.substr(done, end - done), matched != step.inverted});
        done = end;
    };
    const bool good = step.regex->forEachMatch(text, [&](std::size_t begin, std::size_t end) {
        add(begin, false);
        add(end, true);
    });
    add(text.size(), false);
    return good ? std::optional(std::move(parts)) : std::nullopt;
}

void TextSplitter::join(std::vector<Part> parts, Behavior behavior, std::vector<std::string> &pieces)
{
    bool before = false; // the part before matched, and may be added to
    bool open = false;
    for (Part &part : parts) {
        if (part.matched && behavior == Behavior::Removed) {
            open = false;
            continue;
        }
        const bool joins = open && ((behavior == Behavior::WithPrevious && part.matched && !before) ||
                                    (behavior == Behavior::WithNext && before && !part.matched) ||
                                    (behavior == Behavior::Contiguous && part.matched == before));
        if (joins)
            pieces.back() += part.text;
        else
            pieces.push_back(std::move(part.text));
        open = true;
        before = part.matched;
    }
}

std::optional<std::vector<std::string>> TextSplitter::split(std::string_view text) const
{
    std::vector<std::string> pieces;
    if (!text.empty())
        pieces.emplace_back(text);
    for (const Step &step : m_steps) {
        std::vector<std::string> next;
        for (const std::string &piece : pieces) {
            auto parts = cut(step, piece);
            if (!parts)
                return std::nullopt;
            join(*std::move(parts), step.behavior, next);
        }
        pieces = std::move(next);
    }
    return pieces;
}

} // namespace snug::convert
