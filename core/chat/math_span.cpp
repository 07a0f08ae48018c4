// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/math_span.h"

#include "core/chat/markdown_line.h"
#include "core/chat/math_text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace snug::chat {
namespace {

constexpr std::size_t kMostSpan = 1024; // bytes of a formula in a sentence
constexpr std::string_view kEnvironment = "\\begin{";

struct Pair {
    std::string_view begin;
    std::string_view end;
};
constexpr std::array<Pair, 3> kPairs = {{{"$$", "$$"}, {"\\[", "\\]"}, {"\\(", "\\)"}}};

bool isDigit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

// "5 and 6": digits first, words after, and nothing that only a formula has.
bool isMoney(std::string_view inner)
{
    return isDigit(inner.front()) && inner.find(' ') != std::string_view::npos &&
           inner.find_first_of("\\^_=+<>{}*") == std::string_view::npos;
}

std::optional<InlineFormula> between(std::string_view text, std::string_view begin, std::string_view end)
{
    const std::size_t found = text.substr(0, kMostSpan).find(end, begin.size());
    if (found == std::string_view::npos)
        return std::nullopt;
    const std::string_view inner = text.substr(begin.size(), found - begin.size());
    if (isBlank(inner))
        return std::nullopt;
    return InlineFormula{readableFormula(inner, FormulaForm::Line), found + end.size()};
}

// One dollar: no blank inside at either end, no digit after it.
std::optional<InlineFormula> betweenDollars(std::string_view text)
{
    text = text.substr(0, kMostSpan);
    if (text.size() < 3 || text[1] == ' ' || text[1] == '$')
        return std::nullopt;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
            continue;
        }
        if (text[i] != '$')
            continue;
        const std::string_view inner = text.substr(1, i - 1);
        const bool digitAfter = i + 1 < text.size() && isDigit(text[i + 1]);
        if (inner.ends_with(' ') || digitAfter || isMoney(inner) || inner.find('`') != std::string_view::npos)
            return std::nullopt;
        return InlineFormula{readableFormula(inner, FormulaForm::Line), i + 1};
    }
    return std::nullopt;
}

bool isEnvironment(std::string_view name)
{
    if (name.ends_with('*'))
        name.remove_suffix(1);
    constexpr std::array<std::string_view, 15> kNames = {
        "align",  "aligned", "alignat",  "array",   "bmatrix", "cases",   "equation", "eqnarray",
        "gather", "matrix",  "multline", "pmatrix", "split",   "vmatrix", "Bmatrix"};
    return std::ranges::find(kNames, name) != kNames.end();
}

} // namespace

std::optional<InlineFormula> inlineFormula(std::string_view text)
{
    for (const Pair &pair : kPairs) {
        if (text.starts_with(pair.begin))
            return between(text, pair.begin, pair.end);
    }
    return text.starts_with('$') ? betweenDollars(text) : std::nullopt;
}

std::optional<FormulaBegin> formulaBegin(std::string_view line)
{
    if ((line.starts_with("$$") && !line.starts_with("$$$")) || line.starts_with("\\["))
        return FormulaBegin{2, line.starts_with('$') ? "$$" : "\\]"};
    if (!line.starts_with(kEnvironment))
        return std::nullopt;
    const std::string_view rest = line.substr(kEnvironment.size());
    const std::string_view name = rest.substr(0, rest.find('}'));
    if (name.size() == rest.size() || !isEnvironment(name))
        return std::nullopt;
    return FormulaBegin{kEnvironment.size() + name.size() + 1, "\\end{" + std::string(name) + "}"};
}

std::string displayFormula(std::string_view source)
{
    const auto begin = formulaBegin(source);
    if (begin && !source.starts_with(kEnvironment)) {
        source.remove_prefix(begin->length);
        if (source.ends_with(begin->end))
            source.remove_suffix(begin->end.size());
    }
    return readableFormula(source, FormulaForm::Block);
}

} // namespace snug::chat
