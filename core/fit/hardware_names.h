// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace snug::fit {

// The words that tell one piece of hardware from another: lower case, without makers' names, trade marks and
// what a driver adds in parentheses. "NVIDIA GeForce RTX 4090 Laptop GPU" gives rtx, 4090, laptop.
[[nodiscard]] std::vector<std::string> hardwareWords(std::string_view name);

// "12gb": a size of memory inside a name.
[[nodiscard]] bool isSizeWord(std::string_view word);

// A word that makes another model of the one before it: "ti", "super", "laptop", "max".
[[nodiscard]] bool isVariantWord(std::string_view word);

} // namespace snug::fit
