// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/markdown_line.h"
#include "core/chat/markdown_table.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::chat {

// A piece of an answer that is shown by itself.
//
//   kind     text                                                    info
//   Text     paragraphs, headings, lists and quotes as Markdown      the number of a list item ("7."), or
//   empty Code     the code, verbatim                                      the word after the fence Table the
//   table as Markdown                                   the table as it was written Formula  the formula in
//   readable signs; lines end with \n        the formula as it was written Image    what stands for the
//   picture                             its address, http or https Rule
//
// The Markdown of Text and Table is fit for Qt's reader, which would otherwise load images from anywhere,
// obey HTML and offer links of every scheme: images are links to them, HTML is shown as it is written, links
// are only http, https and mailto, nesting is bounded.
struct MarkdownBlock {
    enum class Kind { Text, Code, Table, Formula, Image, Rule };
    Kind kind = Kind::Text;
    std::string text;
    std::string info;

    bool operator==(const MarkdownBlock &) const = default;
};

// Makes blocks of lines, of which it keeps those of the open block. Copyable: a copy that is finished tells
// how the blocks end if nothing more comes.
class MarkdownBuilder {
public:
    // A line without its end; `continues`: the rest of a line whose beginning was taken before.
    void take(std::string_view line, bool continues);
    // The blocks that no line to come can change; each only once.
    [[nodiscard]] std::vector<MarkdownBlock> takeFinished();
    // Ends the open block; the blocks that were not taken yet.
    [[nodiscard]] std::vector<MarkdownBlock> finish();

private:
    enum class State { Text, Fenced, Indented, Formula, Table };
    // Whether "$$" may begin a formula: not once more where one never ended.
    enum class Formulas { Begin, Never };

    void takeRest(const std::string &piece);
    void takeFenced(const std::string &line);
    void takeIndented(const std::string &line);
    void takeFormula(const std::string &line);
    void takeTable(const std::string &line);
    void takeText(std::string_view line, Formulas formulas = Formulas::Begin);
    [[nodiscard]] std::string_view withoutItemIndent(std::string_view line);
    bool takeWhole(std::string_view line);
    bool takeNumber(std::string_view line);
    bool beginCode(std::string_view line, const LinePrefix &prefix);
    bool beginFormula(std::string_view text, const LinePrefix &prefix);
    bool beginTable(std::string_view line);
    void writeText(std::string_view line, const LinePrefix &prefix);

    void finishText();
    void finishCode();
    void finishFormula(std::string_view after);
    void finishTable();
    void giveUpFormula();
    void push(MarkdownBlock::Kind kind, std::string text, std::string info);

    State m_state = State::Text;
    std::vector<MarkdownBlock> m_blocks; // not taken yet

    std::string m_text;   // of the open block of text
    std::string m_number; // of the list item that it is
    std::string m_header; // its last line, if that could be the head of a table
    std::size_t m_headerAt = 0;
    bool m_paragraph = false; // its last line is one of a paragraph
    bool m_inList = false;
    bool m_afterBlank = true;
    char m_listKind = 0;      // of the outermost list
    bool m_counted = false;   // that list has begun with 1
    std::size_t m_dedent = 0; // columns that belong to the list item around

    std::vector<std::string> m_lines; // of the open code, formula or table
    Fence m_fence;
    LinePrefix m_fencePrefix;
    std::string m_formulaEnd;
    std::optional<MarkdownTable> m_table;
};

} // namespace snug::chat
