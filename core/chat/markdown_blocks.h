// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/markdown_builder.h"

#include <string>
#include <string_view>
#include <vector>

namespace snug::chat {

// Cuts Markdown into blocks while it arrives. Lines are read once: a block that is finished never changes,
// and only the open ones at the end are made anew. However the text is cut into pieces, the blocks are the
// same. A line past 32 KiB is cut, so no block of text grows without bound. One thread; keeps the finished
// blocks and the lines of the open ones.
class MarkdownSplitter {
public:
    // Goes on where the last piece ended; what is no UTF-8 becomes U+FFFD.
    void feed(std::string_view piece);

    [[nodiscard]] const std::vector<MarkdownBlock> &finished() const { return m_finished; }
    // What the text after the finished blocks is if nothing more comes.
    [[nodiscard]] std::vector<MarkdownBlock> open() const;

private:
    void append(std::string_view piece);
    void endLine();

    std::vector<MarkdownBlock> m_finished;
    MarkdownBuilder m_builder;
    std::string m_line;           // not ended yet
    bool m_lineContinues = false; // its beginning was too long and is with the builder
    bool m_afterReturn = false;   // a line feed would belong to the line that has ended
};

[[nodiscard]] std::vector<MarkdownBlock> splitMarkdown(std::string_view text);

} // namespace snug::chat
