// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/markdown_blocks.h"
#include "core/chat/utf8_stream.h"
#include "tests/fuzz/demand.h"

#include <algorithm>
#include <cstdint>

// Any bytes as a model's Markdown: what Qt's reader gets holds no image, no tag and no mark of code that is
// not closed on its line, and pieces of the text make the same blocks.

namespace {

using namespace snug::chat;
using snug::fuzz::demand;

std::size_t runAt(std::string_view line, std::size_t at, char of)
{
    return std::min(line.find_first_not_of(of, at), line.size()) - at;
}

// The end of the code span that begins here.
std::size_t spanEnd(std::string_view line, std::size_t begin)
{
    const std::size_t marks = runAt(line, begin, '`');
    for (std::size_t i = begin + marks; i < line.size(); ++i) {
        const std::size_t run = runAt(line, i, '`');
        if (run == marks)
            return i + run;
        i += run;
    }
    demand(false, "every code span ends on its line");
    return line.size();
}

void checkText(std::string_view line)
{
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\')
            ++i;
        else if (line[i] == '`')
            i = spanEnd(line, i) - 1;
        else
            demand(line[i] != '<' && !line.substr(i).starts_with("!["),
                   "no tag and no image outside of code");
    }
}

void checkBlock(const MarkdownBlock &block)
{
    demand(validUtf8(block.text) == block.text, "a block is UTF-8");
    if (block.kind != MarkdownBlock::Kind::Text && block.kind != MarkdownBlock::Kind::Table)
        return;
    for (std::string_view text = block.text; !text.empty();) {
        const std::string_view line = text.substr(0, text.find('\n'));
        checkText(line);
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string source(data, data + size);
    const std::vector<MarkdownBlock> whole = splitMarkdown(source);
    std::for_each(whole.begin(), whole.end(), checkBlock);
    MarkdownSplitter splitter;
    for (std::size_t at = 0; at < size; at += 7)
        splitter.feed(std::string_view(source).substr(at, 7));
    std::vector<MarkdownBlock> pieces = splitter.finished();
    const std::vector<MarkdownBlock> open = splitter.open();
    pieces.insert(pieces.end(), open.begin(), open.end());
    demand(pieces == whole, "pieces make the same blocks");
    return 0;
}
