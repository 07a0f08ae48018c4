// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/markdown_table.h"

#include "core/chat/markdown_inline.h"
#include "core/chat/markdown_line.h"

#include <algorithm>

namespace snug::chat {
namespace {

constexpr std::size_t kMostColumns = 64;
constexpr std::size_t kMostRows = 200;
constexpr std::size_t kMostBytes = 32 * 1024;

// In a row even code must not hold a bare "|".
std::string safeCell(std::string_view cell)
{
    std::string safe;
    bool escaped = false;
    for (const char c : safeInline(cell)) {
        if (c == '|' && !escaped)
            safe += '\\';
        safe += c;
        escaped = c == '\\' && !escaped;
    }
    return safe;
}

} // namespace

std::vector<std::string> tableCells(std::string_view row)
{
    row = trimmed(row);
    if (row.starts_with('|'))
        row.remove_prefix(1);
    std::vector<std::string> cells(1);
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i] == '|') {
            cells.emplace_back();
            continue;
        }
        const bool pair = row[i] == '\\' && i + 1 < row.size();
        if (!pair || row[i + 1] != '|')
            cells.back() += row[i];
        if (pair)
            cells.back() += row[++i];
    }
    if (cells.size() > 1 && isBlank(cells.back()))
        cells.pop_back();
    for (std::string &cell : cells)
        cell = std::string(trimmed(cell));
    return cells;
}

bool isTableDelimiter(std::string_view line, std::size_t columns)
{
    if (columns == 0 || columns > kMostColumns || line.find_first_not_of(" |:-") != std::string_view::npos)
        return false;
    const std::vector<std::string> cells = tableCells(line);
    return cells.size() == columns && (columns > 1 || line.find('|') != std::string_view::npos) &&
           std::all_of(cells.begin(), cells.end(), [](std::string_view cell) {
               if (cell.starts_with(':'))
                   cell.remove_prefix(1);
               if (cell.ends_with(':'))
                   cell.remove_suffix(1);
               return !cell.empty() && cell.find_first_not_of('-') == std::string_view::npos;
           });
}

MarkdownTable::MarkdownTable(std::string_view head, std::string_view delimiter)
    : m_head(trimmed(head)), m_delimiter(trimmed(delimiter)), m_columns(tableCells(head).size())
{
    write(m_head);
    m_safe += '|';
    for (const std::string &cell : tableCells(m_delimiter))
        m_safe += std::string(cell.starts_with(':') ? ":" : "") + "---" + (cell.ends_with(':') ? ":|" : "|");
    m_safe += '\n';
    m_source += m_delimiter + '\n';
}

void MarkdownTable::add(std::string_view row)
{
    ++m_rows;
    write(row);
}

bool MarkdownTable::full() const
{
    return m_rows >= kMostRows || m_safe.size() >= kMostBytes;
}

MarkdownTable MarkdownTable::next() const
{
    return {m_head, m_delimiter};
}

void MarkdownTable::write(std::string_view row)
{
    std::vector<std::string> cells = tableCells(row);
    for (std::size_t i = m_columns; i < cells.size(); ++i)
        cells[m_columns - 1] += " | " + cells[i];
    cells.resize(m_columns);
    m_safe += '|';
    for (const std::string &cell : cells)
        m_safe += ' ' + safeCell(cell) + " |";
    m_safe += '\n';
    m_source += std::string(trimmed(row)) + '\n';
}

} // namespace snug::chat
