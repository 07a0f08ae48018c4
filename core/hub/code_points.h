// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace snug::hub {

// Takes the first character of `text` (not empty) away from it; U+FFFD for one byte that is no UTF-8.
[[nodiscard]] char32_t takeCodePoint(std::string_view &text);

// REQUIRES: a code point that takeCodePoint gave or changed within its plane.
void appendUtf8(std::string &text, char32_t c);

} // namespace snug::hub
