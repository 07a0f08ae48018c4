// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/markdown_inline.h"

#include "core/chat/markdown_line.h"
#include "core/chat/math_span.h"
#include "core/chat/math_symbols.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace snug::chat {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";
constexpr std::size_t kMostLinkBytes = 8192; // also keeps a line of brackets linear in time
constexpr std::size_t kMostSmall = 64;       // bytes of a footnote's name, or of what is raised or lowered
constexpr std::string_view kUrlSigns = "-._~:/?#@!$&+,;=%";

bool isPunctuation(char c)
{
    return std::ispunct(static_cast<unsigned char>(c)) != 0;
}

bool isUrlByte(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || kUrlSigns.find(c) != std::string_view::npos;
}

std::size_t runLength(std::string_view text, char of)
{
    return std::min(text.find_first_not_of(of), text.size());
}

// The whole span with its marks, which `text` begins with; empty if it begins with none.
std::string_view codeSpan(std::string_view text)
{
    const std::size_t marks = runLength(text, '`');
    for (std::size_t i = marks; marks > 0 && i < text.size();) {
        const std::size_t run = runLength(text.substr(i), '`');
        if (run == marks)
            return text.substr(0, i + run);
        i += std::max(run, std::size_t{1});
    }
    return {};
}

// Where the bracket that `text` begins with ends; code and escapes inside it do not count, brackets forbid
// it.
std::optional<std::size_t> bracketEnd(std::string_view text)
{
    for (std::size_t i = 1; i < text.size();) {
        if (text[i] == ']')
            return i;
        if (text[i] == '[')
            return std::nullopt;
        const std::string_view code = codeSpan(text.substr(i));
        if (!code.empty())
            i += code.size();
        else if (text[i] == '`')
            i += runLength(text.substr(i), '`');
        else
            i += text[i] == '\\' && i + 1 < text.size() ? 2 : 1;
    }
    return std::nullopt;
}

bool startsWithNoCase(std::string_view text, std::string_view start)
{
    return text.size() >= start.size() &&
           std::equal(start.begin(), start.end(), text.begin(), [](char a, char b) {
               return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
           });
}

bool isAllowedScheme(std::string_view url)
{
    constexpr std::array<std::string_view, 3> allowed = {"http://", "https://", "mailto:"};
    return std::any_of(allowed.begin(), allowed.end(),
                       [url](std::string_view scheme) { return startsWithNoCase(url, scheme); });
}

std::string percentEncoded(std::string_view url)
{
    std::string out;
    for (const char c : url) {
        const auto byte = static_cast<unsigned char>(c);
        if (isUrlByte(c)) {
            out += c;
        } else {
            out += '%';
            out += kHex[byte >> 4U];
            out += kHex[byte & 0x0FU];
        }
    }
    return out;
}

struct Link {
    std::string_view text;
    std::string_view url;
    std::size_t length = 0; // of all of it in the source
};

// The end of a destination that is not in angle brackets: a blank, or the parenthesis that nothing opened.
std::size_t bareUrlEnd(std::string_view text)
{
    int open = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ' ' || (text[i] == ')' && open == 0))
            return i;
        open += text[i] == '(' ? 1 : (text[i] == ')' ? -1 : 0);
    }
    return std::string_view::npos;
}

// "[text](url)" or "[text](<url> "title")" at the beginning of `source`; links by reference are none here.
std::optional<Link> inlineLink(std::string_view source)
{
    source = source.substr(0, kMostLinkBytes);
    const auto end = bracketEnd(source);
    if (!end || !source.substr(*end + 1).starts_with('('))
        return std::nullopt;
    std::size_t at = *end + 2;
    std::string_view rest = source.substr(at);
    const bool angled = rest.starts_with('<');
    if (angled)
        rest.remove_prefix(1);
    const std::size_t urlEnd = angled ? rest.find('>') : bareUrlEnd(rest);
    if (urlEnd == std::string_view::npos)
        return std::nullopt;
    const std::string_view url = rest.substr(0, urlEnd);
    rest.remove_prefix(urlEnd + (angled ? 1 : 0));
    // What stands before the final parenthesis can only be a title.
    const std::size_t close = rest.find(')');
    const std::string_view title = rest.substr(0, close);
    if (close == std::string_view::npos || (!title.empty() && title.front() != ' '))
        return std::nullopt;
    const auto length = static_cast<std::size_t>(rest.data() - source.data()) + close + 1;
    return Link{source.substr(1, *end - 1), url, length};
}

void escape(std::string &out, char c)
{
    out += '\\';
    out += c;
}

// "[^name]" at the beginning of `text`.
std::optional<FootnoteBegin> footnote(std::string_view text)
{
    const std::size_t end = text.substr(0, kMostSmall).find(']');
    if (!text.starts_with("[^") || end == std::string_view::npos || end == 2)
        return std::nullopt;
    const std::string_view name = text.substr(2, end - 2);
    if (!std::all_of(name.begin(), name.end(), isUrlByte))
        return std::nullopt;
    if (auto raised = superscript(name); raised && std::isdigit(static_cast<unsigned char>(name[0])) != 0)
        return FootnoteBegin{std::move(*raised), end + 1};
    std::string mark = "\\[";
    for (const char c : name)
        isPunctuation(c) ? escape(mark, c) : void(mark += c);
    return FootnoteBegin{mark + "\\]", end + 1};
}

class InlineWriter {
public:
    explicit InlineWriter(std::string_view source, bool inLink) : m_rest(source), m_inLink(inLink) {}

    std::string write()
    {
        while (!m_rest.empty())
            step();
        return std::move(m_out);
    }

private:
    void step()
    {
        const char c = m_rest.front();
        if ((c == '$' || c == '\\') && takeFormula())
            return;
        if (c == '\\')
            takeBackslash();
        else if (c == '`')
            takeBackticks();
        else if (c == '[' && takeFootnote())
            return;
        else if (c == '[' || (c == '!' && m_rest.substr(1).starts_with('[')))
            takeBracket();
        else if (c == '<' && takeTag())
            return;
        else if (c == '<')
            takeAngle();
        else if (c == ']' ||
                 (c == '!' && (m_rest.substr(1).starts_with('!') || m_rest.substr(1).starts_with('<'))))
            takeEscaped(); // a link that we write after "!" would be an image
        else if (c == ':' && m_rest.starts_with("://") && !afterWebScheme())
            takeEscaped(); // "ftp://" would become a link by itself
        else
            takePlain();
    }

    // Signs that mean nothing to Markdown.
    void writeLiteral(std::string_view text)
    {
        for (const char c : text)
            isPunctuation(c) ? escape(m_out, c) : void(m_out += c);
    }

    bool takeFormula()
    {
        const auto formula = inlineFormula(m_rest);
        if (!formula)
            return false;
        writeLiteral(formula->text);
        m_rest.remove_prefix(formula->length);
        return true;
    }

    // "[^1]"; a letter's mark stays in brackets.
    bool takeFootnote()
    {
        const auto note = footnote(m_rest);
        if (!note)
            return false;
        m_out += note->mark;
        m_rest.remove_prefix(note->length);
        return true;
    }

    // The few tags that stand for a sign.
    bool takeTag()
    {
        for (const std::string_view tag : {"<br>", "<br/>", "<br />"}) {
            if (!m_rest.starts_with(tag))
                continue;
            m_out += "\u2028";
            m_rest.remove_prefix(tag.size());
            return true;
        }
        const bool raised = m_rest.starts_with("<sup>");
        const std::size_t end = m_rest.substr(0, kMostSmall).find(raised ? "</sup>" : "</sub>");
        if ((!raised && !m_rest.starts_with("<sub>")) || end == std::string_view::npos)
            return false;
        const std::string_view text = m_rest.substr(5, end - 5);
        const auto small = raised ? superscript(text) : subscript(text);
        if (!small)
            return false;
        writeLiteral(*small);
        m_rest.remove_prefix(end + 6);
        return true;
    }

    void takePlain()
    {
        m_out += m_rest.front();
        m_rest.remove_prefix(1);
    }

    void takeEscaped()
    {
        escape(m_out, m_rest.front());
        m_rest.remove_prefix(1);
    }

    void takeBackslash()
    {
        if (m_rest.size() < 2 || !isPunctuation(m_rest[1])) {
            escape(m_out, '\\'); // alone it would be a line break at the end, or escape what follows
            m_rest.remove_prefix(1);
            return;
        }
        escape(m_out, m_rest[1]);
        m_rest.remove_prefix(2);
    }

    void takeBackticks()
    {
        const std::string_view code = codeSpan(m_rest);
        if (!code.empty()) {
            m_out += code;
            m_rest.remove_prefix(code.size());
            return;
        }
        for (std::size_t run = runLength(m_rest, '`'); run > 0; --run)
            takeEscaped();
    }

    void takeBracket()
    {
        const bool image = m_rest.front() == '!';
        const auto link = m_inLink ? std::nullopt : inlineLink(m_rest.substr(image ? 1 : 0));
        if (!link || !isAllowedScheme(link->url)) {
            takeEscaped();
            return;
        }
        std::string text = InlineWriter(link->text, true).write();
        if (text.find_first_not_of(' ') == std::string::npos)
            text = InlineWriter(percentEncoded(link->url), true).write();
        m_out += "[" + text + "](" + percentEncoded(link->url) + ")";
        m_rest.remove_prefix(link->length + (image ? 1 : 0));
    }

    // "<https://...>" is a link, everything else would be HTML.
    void takeAngle()
    {
        const std::size_t end = m_rest.substr(0, kMostLinkBytes).find('>');
        const std::string_view url =
            end == std::string_view::npos ? std::string_view() : m_rest.substr(1, end - 1);
        if (m_inLink || !isAllowedScheme(url) || url.find(' ') != std::string_view::npos) {
            takeEscaped();
            return;
        }
        const std::string encoded = percentEncoded(url);
        m_out += "[" + InlineWriter(encoded, true).write() + "](" + encoded + ")";
        m_rest.remove_prefix(end + 1);
    }

    [[nodiscard]] bool afterWebScheme() const
    {
        const std::size_t letters = static_cast<std::size_t>(
            std::find_if(m_out.rbegin(), m_out.rend(),
                         [](char c) { return std::isalpha(static_cast<unsigned char>(c)) == 0; }) -
            m_out.rbegin());
        const std::string_view word = std::string_view(m_out).substr(m_out.size() - letters);
        return !m_inLink && (word == "http" || word == "https");
    }

    std::string_view m_rest;
    bool m_inLink;
    std::string m_out;
};

} // namespace

std::string safeInline(std::string_view text)
{
    return InlineWriter(text, false).write();
}

std::string safeText(std::string_view text, bool inList)
{
    // A list's check box is the one pair of brackets that is no link.
    const bool box = text.starts_with("[ ] ") || text.starts_with("[x] ") || text.starts_with("[X] ");
    if (inList && box)
        return std::string(text.substr(0, 4)) + safeInline(text.substr(4));
    // Past the limit of marks one more must not count as such.
    return text.starts_with('>') || listMark(text) ? safeRest(text) : safeInline(text);
}

std::string safeRest(std::string_view text)
{
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == text.size() || !isPunctuation(text[digits]) || text[digits] == '\\')
        return safeInline(text);
    return std::string(text.substr(0, digits)) + '\\' + text[digits] + safeInline(text.substr(digits + 1));
}

std::optional<InlineImage> imageAlone(std::string_view line)
{
    if (!line.starts_with("!["))
        return std::nullopt;
    const auto link = inlineLink(line.substr(1));
    if (!link || link->length + 1 != line.size() || !startsWithNoCase(link->url.substr(0, 4), "http") ||
        !isAllowedScheme(link->url))
        return std::nullopt;
    return InlineImage{std::string(link->text), percentEncoded(link->url)};
}

std::optional<FootnoteBegin> footnoteBegin(std::string_view line)
{
    auto note = footnote(line);
    if (!note || !line.substr(note->length).starts_with(':'))
        return std::nullopt;
    note->length += 1;
    return note;
}

} // namespace snug::chat
