// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/markdown_line.h"

#include <algorithm>
#include <cctype>

namespace snug::chat {
namespace {

constexpr std::size_t kMostMarks = 12;  // ">" and list marks before the text of one line
constexpr std::size_t kMostIndent = 40; // columns
constexpr std::size_t kMostDigits = 9;
constexpr std::size_t kMostInfo = 32; // of the word after a fence
constexpr std::string_view kTabStop = "    ";

bool isDigit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

// U+202A to U+202E and U+2066 to U+2069, all of three bytes.
bool turnsDirection(std::string_view text)
{
    if (text.size() < 3 || text[0] != '\xE2')
        return false;
    const auto last = static_cast<unsigned char>(text[2]);
    return (text[1] == '\x80' && last >= 0xAA && last <= 0xAE) ||
           (text[1] == '\x81' && last >= 0xA6 && last <= 0xA9);
}

bool consistsOf(std::string_view text, char mark)
{
    return text.find_first_not_of(mark) == std::string_view::npos;
}

} // namespace

std::string cleanLine(std::string_view line)
{
    std::string clean;
    clean.reserve(line.size());
    bool begins = true;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const auto byte = static_cast<unsigned char>(c);
        if (turnsDirection(line.substr(i))) {
            i += 2;
            continue;
        }
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

std::string_view trimmed(std::string_view text)
{
    text.remove_prefix(indentOf(text));
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::optional<ListMark> listMark(std::string_view text)
{
    std::size_t digits = 0;
    while (digits < text.size() && digits < kMostDigits && isDigit(text[digits]))
        ++digits;
    if (text.size() < digits + 2 || text[digits + 1] != ' ')
        return std::nullopt;
    const char kind = text[digits];
    const bool fits = digits > 0 ? kind == '.' || kind == ')' : kind == '-' || kind == '+' || kind == '*';
    if (!fits)
        return std::nullopt;
    return ListMark{digits + 2, kind, text.substr(0, digits)};
}

LinePrefix prefixOf(std::string_view line)
{
    LinePrefix prefix;
    std::size_t count = 0;
    for (;;) {
        const std::size_t blanks = indentOf(line.substr(prefix.length));
        prefix.length += blanks;
        prefix.marks.append(std::min(blanks, kMostIndent), ' ');
        const std::string_view text = line.substr(prefix.length);
        const bool quote = text.starts_with('>');
        const auto item = quote ? std::nullopt : listMark(text);
        if ((!quote && !item) || ++count > kMostMarks)
            return prefix;
        const std::size_t mark = quote ? 1 : item->length;
        prefix.quotes += quote ? 1 : 0;
        prefix.list = prefix.list || item.has_value();
        prefix.marks += text.substr(0, mark);
        prefix.length += mark;
    }
}

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

bool closesFence(std::string_view text, const Fence &fence)
{
    text = trimmed(text);
    return text.size() >= fence.length && consistsOf(text, fence.mark);
}

bool isRule(std::string_view text)
{
    text = trimmed(text);
    if (text.empty() || std::string_view("-*_").find(text.front()) == std::string_view::npos)
        return false;
    const auto marks = std::count(text.begin(), text.end(), text.front());
    const auto blanks = std::count(text.begin(), text.end(), ' ');
    return marks >= 3 && static_cast<std::size_t>(marks + blanks) == text.size();
}

bool isUnderline(std::string_view text)
{
    text = trimmed(text);
    return !text.empty() && (consistsOf(text, '-') || consistsOf(text, '='));
}

bool isHeading(std::string_view text)
{
    const std::size_t marks = std::min(text.find_first_not_of('#'), text.size());
    return marks >= 1 && marks <= 6 && (marks == text.size() || text[marks] == ' ');
}

} // namespace snug::chat
