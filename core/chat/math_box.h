// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace snug::chat {

// Text of one or more lines of characters of one width, of which one is in line with what stands beside it.
struct MathBox {
    std::vector<std::string> lines = {std::string()};
    std::size_t base = 0;

    [[nodiscard]] bool isLine() const { return lines.size() == 1; }
    // As one line: "a; b".
    [[nodiscard]] std::string flat() const;
    [[nodiscard]] std::string text() const;
    void append(std::string_view text);
    void append(const MathBox &box);
};

// In characters; accents have none.
[[nodiscard]] std::size_t mathWidth(std::string_view text);

// Rows of cells, whose columns are as wide as their widest cell. None: equations, which read on across their
// cells; the others keep the cells apart.
enum class MathFence { None, Open, Round, Square, Bar, DoubleBar, Brace, Cases };
[[nodiscard]] MathBox mathRows(const std::vector<std::vector<MathBox>> &rows, MathFence fence);
// The same in one line.
[[nodiscard]] std::string mathRowsFlat(const std::vector<std::vector<MathBox>> &rows, MathFence fence);

} // namespace snug::chat
