// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/markdown_safety.h"
#include "core/chat/utf8_stream.h"
#include "tests/fuzz/demand.h"

#include <algorithm>
#include <cstdint>

// Any bytes as a model's Markdown: outside of code, what comes out holds no image, no tag and no mark of code
// that is not closed on its line.

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

void checkLines(std::string_view text)
{
    std::string fence;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        demand(line.size() < text.size(), "every line has an end");
        text.remove_prefix(line.size() + 1);
        // With another backtick on the line it is a code span.
        const bool backticks = line.starts_with("```") && line.find('`', runAt(line, 0, '`')) == line.npos;
        const bool mark = backticks || line.starts_with("~~~");
        if (!fence.empty())
            fence = line == fence ? std::string() : fence;
        else if (mark)
            fence = std::string(runAt(line, 0, line.front()), line.front());
        else
            checkText(line);
    }
    demand(fence.empty(), "every block of code is closed");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string safe = safeMarkdown(std::string(data, data + size));
    demand(validUtf8(safe) == safe, "the result is UTF-8");
    checkLines(safe);
    return 0;
}
