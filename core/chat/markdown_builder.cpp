// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/markdown_builder.h"

#include "core/chat/markdown_inline.h"
#include "core/chat/math_span.h"
#include "core/chat/utf8_stream.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace snug::chat {
namespace {

constexpr std::size_t kTextSize = 1200;      // a run of paragraphs ends at the next blank line past this
constexpr std::size_t kMostText = 16 * 1024; // and a run without one here
constexpr std::size_t kMostFormulaLines = 100;
constexpr std::size_t kMostFormulaBytes = 8 * 1024;

using Kind = MarkdownBlock::Kind;

bool isPunctuation(std::string_view text)
{
    return trimmed(text).find_first_not_of(".,;:") == std::string_view::npos;
}

std::string joined(const std::vector<std::string> &lines)
{
    std::string text;
    for (const std::string &line : lines)
        text += (text.empty() && &line == &lines.front() ? "" : "\n") + line;
    return text;
}

} // namespace

std::vector<MarkdownBlock> MarkdownBuilder::takeFinished()
{
    return std::exchange(m_blocks, {});
}

std::vector<MarkdownBlock> MarkdownBuilder::finish()
{
    switch (m_state) {
    case State::Fenced:
    case State::Indented:
        finishCode();
        break;
    case State::Formula:
        isBlank(joined(m_lines)) ? giveUpFormula() : finishFormula({});
        break;
    case State::Table:
        finishTable();
        break;
    case State::Text:
        break;
    }
    finishText();
    return takeFinished();
}

void MarkdownBuilder::push(Kind kind, std::string text, std::string info)
{
    m_blocks.push_back({kind, std::move(text), std::move(info)});
}

void MarkdownBuilder::take(std::string_view rawLine, bool continues)
{
    const std::string line = cleanLine(validUtf8(rawLine));
    if (continues) {
        takeRest(line);
        return;
    }
    switch (m_state) {
    case State::Text:
        takeText(line);
        break;
    case State::Fenced:
        takeFenced(line);
        break;
    case State::Indented:
        takeIndented(line);
        break;
    case State::Formula:
        takeFormula(line);
        break;
    case State::Table:
        takeTable(line);
        break;
    }
}

void MarkdownBuilder::takeRest(const std::string &piece)
{
    if (m_state == State::Table)
        finishTable();
    if (m_state == State::Formula)
        giveUpFormula();
    if (m_state != State::Text) {
        m_lines.empty() ? m_lines.push_back(piece) : void(m_lines.back() += piece);
        return;
    }
    finishText();
    m_text = safeRest(trimmed(piece)) + '\n';
    m_afterBlank = false;
}

void MarkdownBuilder::takeText(std::string_view line, Formulas formulas)
{
    line = withoutItemIndent(line);
    if (takeWhole(line) || takeNumber(line))
        return;
    const LinePrefix prefix = prefixOf(line);
    const std::string_view text = line.substr(prefix.length);
    if (beginCode(line, prefix) || beginTable(line))
        return;
    if (formulas == Formulas::Begin && beginFormula(text, prefix))
        return;
    writeText(line, prefix);
}

// Lines of the item that is shown by itself lose its indent; a line without it ends the item.
std::string_view MarkdownBuilder::withoutItemIndent(std::string_view line)
{
    if (m_dedent == 0 || isBlank(line))
        return line;
    if (indentOf(line) >= m_dedent)
        return line.substr(m_dedent);
    const LinePrefix prefix = prefixOf(line);
    const bool goesOn =
        m_paragraph && !prefix.list && prefix.quotes == 0 && !isHeading(line) && !isRule(line);
    if (!goesOn) {
        m_dedent = 0;
        m_inList = false;
        finishText();
    }
    return line;
}

// Lines that are a block by themselves.
bool MarkdownBuilder::takeWhole(std::string_view line)
{
    if (indentOf(line) >= kCodeIndent)
        return false;
    const std::string_view text = trimmed(line);
    if (isRule(text) && !(m_paragraph && isUnderline(text))) {
        finishText();
        m_inList = false;
        push(Kind::Rule, {}, {});
        return true;
    }
    const auto image = m_paragraph ? std::nullopt : imageAlone(text);
    if (!image)
        return false;
    finishText();
    push(Kind::Image, image->text, image->url);
    return true;
}

// An item of an outermost list that does not begin with 1 is a block of its own: Qt 6.4 counts every list
// from 1.
bool MarkdownBuilder::takeNumber(std::string_view line)
{
    const std::size_t indent = indentOf(line);
    const auto mark = listMark(line.substr(indent));
    if (!mark || indent >= kCodeIndent || (m_inList && indent > 1))
        return false;
    if (m_paragraph && !m_inList && mark->number != "1" && !mark->number.empty())
        return false; // a number that happens to begin a line
    const bool goesOn = m_inList && m_listKind == mark->kind;
    if (goesOn && m_text.size() >= kTextSize && mark->number.empty())
        finishText();
    const bool ordered = !mark->number.empty();
    m_listKind = mark->kind;
    if (!ordered || mark->number == "1" || (goesOn && m_counted)) {
        m_counted = ordered;
        return false;
    }
    finishText();
    m_number = std::string(mark->number) + mark->kind;
    m_inList = false;
    m_counted = false;
    m_afterBlank = true;
    m_dedent = indent + mark->length;
    takeText(std::string(m_dedent, ' ').append(line.substr(m_dedent)));
    return true;
}

bool MarkdownBuilder::beginCode(std::string_view line, const LinePrefix &prefix)
{
    const bool plain = prefix.quotes == 0 && !prefix.list;
    const std::string_view text = line.substr(prefix.length);
    if (auto fence = fenceAt(text)) {
        if (prefix.list)
            m_text += prefix.marks + '\n';
        finishText();
        m_fence = std::move(*fence);
        m_fencePrefix = prefix;
        m_state = State::Fenced;
        return true;
    }
    if (!plain || !m_afterBlank || m_inList || text.empty() || prefix.length < kCodeIndent)
        return false;
    finishText();
    m_fence = {};
    m_lines.emplace_back(line.substr(kCodeIndent));
    m_state = State::Indented;
    return true;
}

void MarkdownBuilder::takeFenced(const std::string &line)
{
    std::string_view text = line;
    for (std::size_t i = 0; i < m_fencePrefix.quotes; ++i) {
        const std::size_t blanks = indentOf(text);
        if (!text.substr(blanks).starts_with('>')) {
            finishCode(); // the quote ended, and its code with it
            takeText(line);
            return;
        }
        text.remove_prefix(blanks + 1);
    }
    if (closesFence(text, m_fence))
        finishCode();
    else
        m_lines.emplace_back(text.substr(std::min(indentOf(text), m_dedent + m_fencePrefix.length)));
}

void MarkdownBuilder::takeIndented(const std::string &line)
{
    const std::string_view text = withoutItemIndent(line);
    if (isBlank(text) || indentOf(text) >= kCodeIndent) {
        m_lines.emplace_back(text.substr(std::min(indentOf(text), kCodeIndent)));
        return;
    }
    finishCode();
    takeText(line);
}

void MarkdownBuilder::finishCode()
{
    const bool indented = m_state == State::Indented;
    while (indented && !m_lines.empty() && isBlank(m_lines.back()))
        m_lines.pop_back();
    // What follows inside the list item keeps its indent, which is no code.
    if (!indented && m_fencePrefix.quotes == 0 && (m_inList || m_fencePrefix.list))
        m_dedent += m_fencePrefix.length;
    m_inList = false;
    m_state = State::Text;
    push(Kind::Code, joined(std::exchange(m_lines, {})), m_fence.info);
}

bool MarkdownBuilder::beginFormula(std::string_view text, const LinePrefix &prefix)
{
    const auto opening = formulaBegin(text);
    if (!opening || prefix.quotes > 0)
        return false;
    const std::string_view inner = text.substr(opening->length);
    const std::size_t end = inner.find(opening->end);
    const bool whole =
        end == std::string_view::npos || isPunctuation(inner.substr(end + opening->end.size()));
    if (!whole || (prefix.list && end != std::string_view::npos))
        return false; // a part of a sentence
    if (prefix.list)
        m_text += prefix.marks + '\n';
    finishText();
    if (m_inList || prefix.list)
        m_dedent += prefix.length;
    m_inList = false;
    m_formulaEnd = opening->end;
    m_state = State::Formula;
    takeFormula(std::string(text));
    return true;
}

void MarkdownBuilder::takeFormula(const std::string &line)
{
    // The first line holds the beginning, which may be spelled as the end is.
    const std::size_t from = m_lines.empty() ? formulaBegin(line).value_or(FormulaBegin{}).length : 0;
    const std::size_t end = line.find(m_formulaEnd, from);
    m_lines.push_back(line);
    if (end != std::string::npos) {
        const std::size_t after = end + m_formulaEnd.size();
        m_lines.back() = line.substr(0, after);
        finishFormula(std::string_view(line).substr(after));
        return;
    }
    std::size_t bytes = 0;
    for (const std::string &part : m_lines)
        bytes += part.size();
    if (isBlank(line) || m_lines.size() > kMostFormulaLines || bytes > kMostFormulaBytes)
        giveUpFormula();
}

void MarkdownBuilder::finishFormula(std::string_view after)
{
    m_state = State::Text;
    std::string source = joined(std::exchange(m_lines, {}));
    std::string readable = displayFormula(source);
    if (!isBlank(after) && isPunctuation(after))
        readable += std::string(trimmed(after));
    push(Kind::Formula, std::move(readable), std::move(source));
    m_afterBlank = true;
    if (!isPunctuation(after))
        takeText(std::string(m_dedent, ' ').append(trimmed(after)));
}

void MarkdownBuilder::giveUpFormula()
{
    m_state = State::Text;
    for (const std::string &line : std::exchange(m_lines, {}))
        m_state == State::Text ? takeText(line, Formulas::Never) : take(line, false);
}

bool MarkdownBuilder::beginTable(std::string_view line)
{
    const std::string_view text = trimmed(line);
    if (m_header.empty() || text.find('-') == std::string_view::npos ||
        !isTableDelimiter(text, tableCells(m_header).size()))
        return false;
    m_text.resize(m_headerAt);
    m_table.emplace(m_header, text);
    finishText();
    m_state = State::Table;
    return true;
}

void MarkdownBuilder::takeTable(const std::string &line)
{
    const LinePrefix prefix = prefixOf(line);
    const bool row = prefix.quotes == 0 && !prefix.list && line.find('|') != std::string::npos;
    if (!row || fenceAt(std::string_view(line).substr(prefix.length))) {
        finishTable();
        takeText(line);
        return;
    }
    if (m_table->full()) {
        const MarkdownTable next = m_table->next();
        finishTable();
        m_table = next;
        m_state = State::Table;
    }
    m_table->add(line);
}

void MarkdownBuilder::finishTable()
{
    m_state = State::Text;
    push(Kind::Table, m_table->safe(), m_table->source());
    m_table.reset();
    m_inList = false;
    m_afterBlank = true;
}

void MarkdownBuilder::writeText(std::string_view line, const LinePrefix &prefix)
{
    const std::string_view text = line.substr(prefix.length);
    const bool plain = prefix.quotes == 0 && !prefix.list;
    const bool goesOnInList = m_inList && (!m_afterBlank || prefix.length > 1 || text.empty());
    m_inList = prefix.list || (goesOnInList && !(plain && prefix.length == 0 && isHeading(text)));
    m_afterBlank = text.empty() && plain;
    if ((m_afterBlank && !m_inList && m_text.size() >= kTextSize) || m_text.size() >= kMostText)
        finishText();
    m_headerAt = m_text.size();
    const bool heading = plain && isHeading(text);
    const auto note = plain ? footnoteBegin(text) : std::nullopt;
    if (note && m_paragraph)
        m_text += '\n';
    if (note)
        m_text += note->mark + safeInline(text.substr(note->length));
    else if (!m_afterBlank)
        m_text += prefix.marks + safeText(text, prefix.list);
    m_text += '\n';
    m_paragraph = !text.empty() && !heading;
    m_header = plain && text.find('|') != std::string_view::npos ? std::string(text) : std::string();
}

void MarkdownBuilder::finishText()
{
    std::string text = std::exchange(m_text, {});
    text.erase(0, text.find_first_not_of('\n'));
    std::string number = std::exchange(m_number, {});
    m_header.clear();
    m_paragraph = false;
    m_afterBlank = true;
    if (!number.empty() || text.find_first_not_of(" \n") != std::string::npos)
        push(Kind::Text, std::move(text), std::move(number));
}

} // namespace snug::chat
