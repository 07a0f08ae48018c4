// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// Where Markdown holds formulas: $...$, $$...$$, \(...\), \[...\], and TeX's environments.
namespace snug::chat {

struct InlineFormula {
    std::string text; // readable
    std::size_t length = 0;
};
// The formula that `text` begins with and that ends on the same line. Sums of money are none: "$5 and $6".
[[nodiscard]] std::optional<InlineFormula> inlineFormula(std::string_view text);

struct FormulaBegin {
    std::size_t length = 0;
    std::string end; // what ends it
};
// How a line begins a formula that stands by itself: "$$", "\[", "\begin{align}".
[[nodiscard]] std::optional<FormulaBegin> formulaBegin(std::string_view line);

// A formula that stands by itself, with its beginning and, unless it still arrives, its end.
[[nodiscard]] std::string displayFormula(std::string_view source);

} // namespace snug::chat
