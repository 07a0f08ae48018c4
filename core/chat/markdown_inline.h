// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace snug::chat {

// One line of Markdown, without line ends and container marks (valid UTF-8), made safe: see MarkdownBlock.
// Code spans are whole on one line or are none, so that a mark on another line cannot change their meaning.
// Formulas, <sub>, <sup> and the marks of footnotes become readable signs, <br> a line separator (U+2028).
[[nodiscard]] std::string safeInline(std::string_view text);

// The text of a line, after its quotes and list marks: it begins no further block.
[[nodiscard]] std::string safeText(std::string_view text, bool inList);
// The rest of a line that was too long.
[[nodiscard]] std::string safeRest(std::string_view text);

// "![text](url)" and nothing else, from the web.
struct InlineImage {
    std::string text;
    std::string url;
};
[[nodiscard]] std::optional<InlineImage> imageAlone(std::string_view line);

// "[^1]: " at the beginning of a line.
struct FootnoteBegin {
    std::string mark; // Markdown
    std::size_t length = 0;
};
[[nodiscard]] std::optional<FootnoteBegin> footnoteBegin(std::string_view line);

} // namespace snug::chat
