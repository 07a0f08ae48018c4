// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

// What the names of TeX's mathematics look like as Unicode text.
namespace snug::chat {

struct MathSymbol {
    enum class Kind {
        Ordinary,
        Relation, // stands between blanks
        Function, // "sin": a blank before what it is applied to
    };
    std::string_view name; // without the backslash
    std::string_view text;
    Kind kind = Kind::Ordinary;
};

// Null for a name that is not known.
[[nodiscard]] const MathSymbol *mathSymbol(std::string_view name);

// The sign that an accent such as "hat" puts on the character before it; empty for other names.
[[nodiscard]] std::string_view mathAccent(std::string_view name);

// "ℝ" for "R" in the alphabet "mathbb", "ℒ" for "L" in "mathcal"; nothing where Unicode's ordinary letters
// have no such form.
[[nodiscard]] std::string_view mathLetter(std::string_view alphabet, char letter);

// The text raised or lowered; nothing if one of its characters has no such form.
[[nodiscard]] std::optional<std::string> superscript(std::string_view text);
[[nodiscard]] std::optional<std::string> subscript(std::string_view text);

} // namespace snug::chat
