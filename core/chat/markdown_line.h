// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// What one line of Markdown says about the blocks around it. Pure; every line is valid UTF-8 without its end.
namespace snug::chat {

// A list item's content, and code that is marked by indentation, begin here.
inline constexpr std::size_t kCodeIndent = 4;

// The line with tabs at its beginning as blanks, without control characters and without the characters that
// turn the direction of reading, which make text look like another one.
[[nodiscard]] std::string cleanLine(std::string_view line);

[[nodiscard]] std::size_t indentOf(std::string_view line);
[[nodiscard]] bool isBlank(std::string_view line);
[[nodiscard]] std::string_view trimmed(std::string_view text);

// "- ", "12. " at the beginning of `text`.
struct ListMark {
    std::size_t length = 0; // with the blank after it
    char kind = '-';        // '-', '+', '*', or '.', ')' after a number
    std::string_view number;
};
[[nodiscard]] std::optional<ListMark> listMark(std::string_view text);

// What stands before the text of a line: blanks, quotes, list marks; at most twelve marks.
struct LinePrefix {
    std::string marks; // blanks cut to forty
    std::size_t length = 0;
    std::size_t quotes = 0;
    bool list = false;
};
[[nodiscard]] LinePrefix prefixOf(std::string_view line);

// "```python": a fence of code with the word after it.
struct Fence {
    char mark = '`';
    std::size_t length = 0;
    std::string info;
};
[[nodiscard]] std::optional<Fence> fenceAt(std::string_view text);
[[nodiscard]] bool closesFence(std::string_view text, const Fence &fence);

// "---", "* * *", "___".
[[nodiscard]] bool isRule(std::string_view text);
// "===" or "---" below a paragraph, which makes a heading of it.
[[nodiscard]] bool isUnderline(std::string_view text);
[[nodiscard]] bool isHeading(std::string_view text);

} // namespace snug::chat
