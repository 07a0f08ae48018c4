// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/math_box.h"

#include <algorithm>
#include <array>
#include <utility>

namespace snug::chat {
namespace {

constexpr std::size_t kMostLines = 64;
constexpr std::size_t kMostWidth = 400;

// What stands at both sides of rows: of the first, those between, the last, and of a single one.
struct Sides {
    std::array<std::string_view, 4> left;
    std::array<std::string_view, 4> right;
};

const Sides &sidesOf(MathFence fence)
{
    static constexpr std::array<Sides, 8> kSides = {{
        {{"", "", "", ""}, {"", "", "", ""}},
        {{"", "", "", ""}, {"", "", "", ""}},
        {{"⎛ ", "⎜ ", "⎝ ", "("}, {" ⎞", " ⎟", " ⎠", ")"}},
        {{"⎡ ", "⎢ ", "⎣ ", "["}, {" ⎤", " ⎥", " ⎦", "]"}},
        {{"│ ", "│ ", "│ ", "|"}, {" │", " │", " │", "|"}},
        {{"║ ", "║ ", "║ ", "‖"}, {" ║", " ║", " ║", "‖"}},
        {{"⎧ ", "⎨ ", "⎩ ", "{"}, {" ⎫", " ⎬", " ⎭", "}"}},
        {{"⎧ ", "⎨ ", "⎩ ", "{ "}, {"", "", "", ""}},
    }};
    return kSides.at(static_cast<std::size_t>(fence));
}

std::size_t placeOf(std::size_t row, std::size_t rows)
{
    if (rows == 1)
        return 3;
    return row == 0 ? 0 : row + 1 == rows ? 2 : 1;
}

void pad(std::string &line, std::size_t width)
{
    line.append(width - std::min(width, mathWidth(line)), ' ');
}

std::size_t columnsOf(const std::vector<std::vector<MathBox>> &rows)
{
    std::size_t columns = 0;
    for (const auto &row : rows)
        columns = std::max(columns, row.size());
    return columns;
}

} // namespace

std::size_t mathWidth(std::string_view text)
{
    std::size_t width = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        const bool accent = byte == 0xCC || (byte == 0xCD && next < 0xB0) || (byte == 0xE2 && next == 0x83);
        width += (byte & 0xC0U) != 0x80 && !accent ? 1 : 0;
    }
    return width;
}

std::string MathBox::flat() const
{
    std::string line;
    for (const std::string &part : lines)
        line += (line.empty() ? "" : "; ") + part;
    return line;
}

std::string MathBox::text() const
{
    std::string text;
    for (const std::string &line : lines)
        text += (&line == &lines.front() ? "" : "\n") + line.substr(0, line.find_last_not_of(' ') + 1);
    return text;
}

void MathBox::append(std::string_view text)
{
    lines[base] += text;
}

void MathBox::append(const MathBox &box)
{
    if (isLine() && box.isLine()) {
        lines[0] += box.lines[0];
        return;
    }
    const std::size_t above = std::max(base, box.base);
    const std::size_t below = std::max(lines.size() - base, box.lines.size() - box.base);
    std::size_t width = 0;
    for (const std::string &line : lines)
        width = std::max(width, mathWidth(line));
    if (above + below > kMostLines || width > kMostWidth) {
        *this = MathBox{{flat() + box.flat()}};
        return;
    }
    std::vector<std::string> both(above + below);
    for (std::size_t i = 0; i < both.size(); ++i) {
        if (i + base >= above && i + base - above < lines.size())
            both[i] = lines[i + base - above];
        if (i + box.base >= above && i + box.base - above < box.lines.size()) {
            pad(both[i], width);
            both[i] += box.lines[i + box.base - above];
        }
    }
    lines = std::move(both);
    base = above;
}

MathBox mathRows(const std::vector<std::vector<MathBox>> &rows, MathFence fence)
{
    if (rows.size() > kMostLines)
        return {{mathRowsFlat(rows, fence)}};
    std::vector<std::size_t> widths(columnsOf(rows));
    for (const auto &row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column)
            widths[column] = std::max(widths[column], mathWidth(row[column].flat()));
    }
    std::size_t width = 0;
    for (const std::size_t column : widths)
        width += column;
    if (width > kMostWidth)
        return {{mathRowsFlat(rows, fence)}};
    const std::string_view gap = fence == MathFence::None ? " " : "  ";
    const Sides &sides = sidesOf(fence);
    MathBox box{{}, rows.size() / 2};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::string line;
        for (std::size_t column = 0; column < widths.size(); ++column) {
            std::string cell = column < rows[i].size() ? rows[i][column].flat() : std::string();
            pad(cell, widths[column]);
            line.append(column == 0 ? "" : gap).append(cell);
        }
        const std::size_t place = placeOf(i, rows.size());
        box.lines.push_back(std::string(sides.left.at(place)) + line + std::string(sides.right.at(place)));
    }
    if (box.lines.empty())
        return {};
    return box;
}

std::string mathRowsFlat(const std::vector<std::vector<MathBox>> &rows, MathFence fence)
{
    const Sides &sides = sidesOf(fence);
    std::string line(sides.left[3]);
    for (const auto &row : rows) {
        line += &row == &rows.front() ? "" : "; ";
        for (const MathBox &cell : row)
            line += (&cell == &row.front() ? "" : " ") + cell.flat();
    }
    return line.append(sides.right[3]);
}

} // namespace snug::chat
