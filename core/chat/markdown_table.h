// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace snug::chat {

// The cells of a row: cut at every "|" without a backslash before it; those at both ends are none.
[[nodiscard]] std::vector<std::string> tableCells(std::string_view row);

// Whether `line` is the row of dashes below a head of so many columns (at most 64).
[[nodiscard]] bool isTableDelimiter(std::string_view line, std::size_t columns);

// A table while its rows arrive. Cells past the columns of the head are kept in the last one.
class MarkdownTable {
public:
    // REQUIRES: isTableDelimiter(delimiter, columns of head).
    MarkdownTable(std::string_view head, std::string_view delimiter);

    void add(std::string_view row);
    [[nodiscard]] std::size_t rows() const { return m_rows; }
    // Past this size further rows begin a table of their own, with the same head.
    [[nodiscard]] bool full() const;
    [[nodiscard]] MarkdownTable next() const;

    // As Markdown whose cells are safe; the same as it was written.
    [[nodiscard]] const std::string &safe() const { return m_safe; }
    [[nodiscard]] const std::string &source() const { return m_source; }

private:
    void write(std::string_view row);

    std::string m_head;
    std::string m_delimiter;
    std::size_t m_columns = 0;
    std::size_t m_rows = 0;
    std::string m_safe;
    std::string m_source;
};

} // namespace snug::chat
