// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/markdown_safety.h"

#include "core/chat/markdown_inline.h"
#include "core/chat/utf8_stream.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>
#include <vector>

namespace snug::chat {
namespace {

constexpr std::size_t kMostMarks = 12;  // ">" and list marks before the text of one line
constexpr std::size_t kMostIndent = 40; // columns
constexpr std::size_t kCodeIndent = 4;
constexpr std::size_t kMostInfo = 32; // of the word after a fence
constexpr std::string_view kTabStop = "    ";

// One line without its end, tabs at its beginning as blanks, other control characters gone.
std::string cleanLine(std::string_view line)
{
    std::string clean;
    bool begins = true;
    for (const char c : line) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\t' && begins)
            clean += kTabStop;
        else if (byte >= 0x20 && byte != 0x7F)
            clean += c;
        else if (c == '\t')
            clean += ' ';
        begins = begins && (c == ' ' || c == '\t');
    }
    return clean;
}

std::size_t indentOf(std::string_view line)
{
    return std::min(line.find_first_not_of(' '), line.size());
}

bool isBlank(std::string_view line)
{
    return indentOf(line) == line.size();
}

// The length of the list mark with the blank after it that `text` begins with; 0 if there is none.
std::size_t listMarkLength(std::string_view text)
{
    std::size_t mark = 0;
    if (text.starts_with('-') || text.starts_with('+') || text.starts_with('*')) {
        mark = 1;
    } else {
        while (mark < text.size() && mark < 9 && std::isdigit(static_cast<unsigned char>(text[mark])) != 0)
            ++mark;
        if (mark == 0 || mark == text.size() || (text[mark] != '.' && text[mark] != ')'))
            return 0;
        ++mark;
    }
    return mark < text.size() && text[mark] == ' ' ? mark + 1 : 0;
}

// What stands before the text of a line: blanks, quotes, list marks.
struct Prefix {
    std::string marks; // cut to the limits
    std::size_t length = 0;
    std::size_t quotes = 0;
    bool list = false;
};

Prefix prefixOf(std::string_view line)
{
    Prefix prefix;
    std::size_t count = 0;
    for (;;) {
        const std::string_view rest = line.substr(prefix.length);
        const std::size_t blanks = indentOf(rest);
        prefix.length += blanks;
        prefix.marks.append(std::min(blanks, kMostIndent), ' ');
        const std::string_view text = line.substr(prefix.length);
        const std::size_t listMark = listMarkLength(text);
        const std::size_t mark = text.starts_with('>') ? 1 : listMark;
        if (mark == 0 || ++count > kMostMarks)
            return prefix;
        prefix.quotes += text.starts_with('>') ? 1 : 0;
        prefix.list = prefix.list || listMark > 0;
        prefix.marks += text.substr(0, mark);
        prefix.length += mark;
    }
}

struct Fence {
    char mark = '`';
    std::size_t length = 0;
    std::string info;
};

std::optional<Fence> fenceAt(std::string_view text)
{
    if (!text.starts_with("```") && !text.starts_with("~~~"))
        return std::nullopt;
    Fence fence;
    fence.mark = text.front();
    fence.length = std::min(text.find_first_not_of(fence.mark), text.size());
    const std::string_view info = text.substr(fence.length);
    if (fence.mark == '`' && info.find('`') != std::string_view::npos)
        return std::nullopt;
    for (const char c : info.substr(indentOf(info))) {
        const bool fits = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                          std::string_view("_+#.-").find(c) != std::string_view::npos;
        if (!fits || fence.info.size() == kMostInfo)
            break;
        fence.info += c;
    }
    return fence;
}

std::size_t longestRun(std::string_view text, char of)
{
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : text) {
        run = c == of ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

// Goes through the lines. Code is written anew at the left edge after an empty line, where no list, quote or
// table can claim it, and with a fence that nothing inside can close: what we take for code is code to every
// parser, and all the rest is made safe as text.
class BlockWriter {
public:
    void take(std::string_view rawLine)
    {
        const std::string line = cleanLine(rawLine);
        if (m_fence)
            takeFenced(line);
        else if (m_indented && (isBlank(line) || indentOf(line) >= kCodeIndent))
            m_code.push_back(line.substr(std::min(indentOf(line), kCodeIndent)));
        else
            takeText(line);
    }

    std::string finish()
    {
        if (m_fence || m_indented)
            writeCode();
        return std::move(m_out);
    }

private:
    void takeText(const std::string &line)
    {
        if (m_indented)
            writeCode();
        const Prefix prefix = prefixOf(line);
        const std::string_view text = std::string_view(line).substr(prefix.length);
        if (const auto fence = fenceAt(text)) {
            openFence(*fence, prefix);
            return;
        }
        const bool plain = prefix.quotes == 0 && !prefix.list;
        if (plain && m_afterBlank && !m_inList && !text.empty() && prefix.length >= kCodeIndent) {
            m_indented = true;
            m_code.push_back(line.substr(kCodeIndent));
            return;
        }
        m_inList = prefix.list || (m_inList && (!m_afterBlank || prefix.length > 1 || text.empty()));
        m_afterBlank = text.empty() && plain;
        writeLine(text.empty() && plain ? std::string() : prefix.marks + safeText(text, prefix));
    }

    // A list's check box is the one pair of brackets that is no link.
    static std::string safeText(std::string_view text, const Prefix &prefix)
    {
        const bool box = text.starts_with("[ ] ") || text.starts_with("[x] ") || text.starts_with("[X] ");
        if (prefix.list && box)
            return std::string(text.substr(0, 4)) + safeInline(text.substr(4));
        // Past the limit of marks one more must not count as such.
        const bool escapes = text.starts_with('>') || listMarkLength(text) > 0;
        return (escapes && !text.starts_with('\\') ? escapedMark(text) : safeInline(text));
    }

    static std::string escapedMark(std::string_view text)
    {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
        return std::string(text.substr(0, digits)) + "\\" + text[digits] +
               safeInline(text.substr(digits + 1));
    }

    void openFence(const Fence &fence, const Prefix &prefix)
    {
        if (prefix.list)
            writeLine(prefix.marks);
        m_fence = fence;
        m_fenceIndent = prefix.length;
        m_fenceQuotes = prefix.quotes;
    }

    void takeFenced(const std::string &line)
    {
        std::string_view text = line;
        for (std::size_t i = 0; i < m_fenceQuotes; ++i) {
            const std::size_t blanks = indentOf(text);
            if (!text.substr(blanks).starts_with('>')) {
                writeCode(); // the quote ended, and its code with it
                takeText(line);
                return;
            }
            text.remove_prefix(blanks + 1);
        }
        const std::string_view bare = text.substr(indentOf(text));
        const auto close = fenceAt(bare);
        if (close && close->mark == m_fence->mark && close->length >= m_fence->length &&
            isBlank(bare.substr(close->length))) {
            writeCode();
            return;
        }
        m_code.emplace_back(text.substr(std::min(indentOf(text), m_fenceIndent)));
    }

    void writeCode()
    {
        std::vector<std::string> code = std::exchange(m_code, {});
        const bool indented = std::exchange(m_indented, false);
        while (indented && !code.empty() && isBlank(code.back()))
            code.pop_back();
        const Fence fence = std::exchange(m_fence, std::nullopt).value_or(Fence{});
        std::size_t length = 3;
        for (const std::string &line : code)
            length = std::max(length, longestRun(line, fence.mark) + 1);
        const std::string marks(length, fence.mark);
        if (!m_out.empty())
            writeLine({});
        writeLine(marks + fence.info);
        for (const std::string &line : code)
            writeLine(line);
        writeLine(marks);
        m_inList = false;
        m_afterBlank = true;
        if (indented)
            writeLine({});
    }

    void writeLine(const std::string &line)
    {
        m_out += line;
        m_out += '\n';
    }

    std::string m_out;
    std::optional<Fence> m_fence; // open
    std::size_t m_fenceIndent = 0;
    std::size_t m_fenceQuotes = 0;
    bool m_indented = false;         // inside code that is marked by indentation
    std::vector<std::string> m_code; // of the fence or indentation
    bool m_inList = false;
    bool m_afterBlank = true;
};

} // namespace

std::string safeMarkdown(std::string_view source)
{
    const std::string text = validUtf8(source);
    BlockWriter blocks;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = rest.find_first_of("\r\n");
        blocks.take(rest.substr(0, end));
        if (end == std::string_view::npos)
            break;
        rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
    }
    return blocks.finish();
}

} // namespace snug::chat
