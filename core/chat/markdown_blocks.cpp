// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/markdown_blocks.h"

#include "core/chat/utf8_stream.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace snug::chat {
namespace {

constexpr std::size_t kMostLine = 32 * 1024;

} // namespace

void MarkdownSplitter::feed(std::string_view piece)
{
    while (!piece.empty()) {
        if (std::exchange(m_afterReturn, false) && piece.front() == '\n') {
            piece.remove_prefix(1);
            continue;
        }
        const std::size_t end = piece.find_first_of("\r\n");
        append(piece.substr(0, end));
        if (end == std::string_view::npos)
            break;
        m_afterReturn = piece[end] == '\r';
        piece.remove_prefix(end + 1);
        endLine();
    }
    std::vector<MarkdownBlock> done = m_builder.takeFinished();
    std::move(done.begin(), done.end(), std::back_inserter(m_finished));
}

void MarkdownSplitter::append(std::string_view piece)
{
    m_line += piece;
    std::size_t taken = 0;
    while (m_line.size() - taken > kMostLine) {
        const std::string_view rest = std::string_view(m_line).substr(taken);
        const std::size_t whole = cutUtf8(rest, kMostLine).size();
        const std::size_t length = whole > 0 ? whole : kMostLine; // bytes that are no text
        m_builder.take(rest.substr(0, length), std::exchange(m_lineContinues, true));
        taken += length;
    }
    m_line.erase(0, taken);
}

void MarkdownSplitter::endLine()
{
    m_builder.take(m_line, std::exchange(m_lineContinues, false));
    m_line.clear();
}

std::vector<MarkdownBlock> MarkdownSplitter::open() const
{
    MarkdownBuilder builder = m_builder;
    if (!m_line.empty())
        builder.take(m_line, m_lineContinues);
    return builder.finish();
}

std::vector<MarkdownBlock> splitMarkdown(std::string_view text)
{
    MarkdownSplitter splitter;
    splitter.feed(text);
    std::vector<MarkdownBlock> blocks = splitter.finished();
    std::vector<MarkdownBlock> open = splitter.open();
    std::move(open.begin(), open.end(), std::back_inserter(blocks));
    return blocks;
}

} // namespace snug::chat
