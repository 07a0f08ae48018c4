// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace snug::chat {

// TeX's mathematics as text that reads well: Greek letters, signs, raised and lowered characters, "(a +
// b)/c", "√(x + 1)", matrices as rows. What is not known stays as it is written; nesting is bounded, and so
// is the size of the result.
enum class FormulaForm {
    Line,  // of a sentence: the rows of a matrix follow one another, "[1 2; 3 4]"
    Block, // by itself: rows stand below one another (\n), for a font of fixed width
};
[[nodiscard]] std::string readableFormula(std::string_view tex, FormulaForm form);

} // namespace snug::chat
