// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/template_error.h"

#include "core/chat/utf8_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace snug::llama {
namespace {

constexpr std::size_t kMostBytes = 300;
constexpr std::string_view kEllipsis = "...";
constexpr std::string_view kLineEnd = "↵"; // stands for a line feed in what the parser quotes

std::string_view between(std::string_view text, std::string_view before, std::string_view after)
{
    const std::size_t begin = text.find(before);
    if (begin == std::string_view::npos)
        return {};
    text.remove_prefix(begin + before.size());
    return text.substr(0, text.find(after));
}

// Of the `at`-th byte.
std::string placeOf(std::string_view source, std::size_t at)
{
    const std::string_view before = source.substr(0, at);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t lineBegin = before.rfind('\n') + 1; // npos + 1 is 0
    return fmt::format("line {}, column {}: ", line, at - lineBegin + 1);
}

// Lexer and parser quote what is around the place and point at it in the next line; see peak_source().
std::string quotedPlace(std::string_view said, std::string_view source)
{
    const std::size_t caret = said.rfind('^');
    const std::size_t pointer = said.rfind('\n', caret);
    const std::size_t quote = pointer == std::string_view::npos ? pointer : said.rfind('\n', pointer - 1);
    if (caret == std::string_view::npos || quote == std::string_view::npos)
        return {};
    std::string snippet(said.substr(quote + 1, pointer - quote - 1));
    if (snippet.size() < 2 * kEllipsis.size() || caret - pointer - 1 < kEllipsis.size())
        return {};
    snippet = snippet.substr(kEllipsis.size(), snippet.size() - 2 * kEllipsis.size());
    for (std::size_t at = 0; (at = snippet.find(kLineEnd, at)) != std::string::npos;)
        snippet.replace(at, kLineEnd.size(), "\n");
    const std::size_t found = source.find(snippet);
    if (snippet.empty() || found == std::string_view::npos ||
        source.find(snippet, found + 1) != std::string_view::npos)
        return {};
    return placeOf(source, found + (caret - pointer - 1 - kEllipsis.size()));
}

std::string firstLine(std::string_view text)
{
    const std::string valid = chat::validUtf8(text.substr(0, text.find('\n')));
    return std::string(chat::cutUtf8(valid, kMostBytes));
}

} // namespace

std::string explainTemplateError(std::string_view said, std::string_view source)
{
    // "While executing CallExpression at line 3, column 4 in source:\n...\nError: Jinja Exception: words"
    const std::string_view place = between(said, " at line ", " in source:");
    const std::size_t cause = said.rfind("\nError: ");
    if (!place.empty() && cause != std::string_view::npos)
        return fmt::format("line {}: {}", place, firstLine(said.substr(cause + 8)));
    std::string_view words = said;
    for (const std::string_view label : {"lexer: ", "parser: ", "Parser Error: "}) {
        if (words.starts_with(label))
            words.remove_prefix(label.size());
    }
    return quotedPlace(said, source) + firstLine(words);
}

} // namespace snug::llama
