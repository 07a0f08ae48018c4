// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>

namespace snug::quant {

struct Extent {
    bool finite = true;
    bool negative = false; // one of them is
    float largest = 0;     // without its sign
};

[[nodiscard]] Extent extentOf(std::span<const float> numbers);

// Whether the engine's search for points of a grid (IQ1, IQ2 and IQ3 types) can end: it ends the program
// instead when a sum overflows. `number`, `importance`: the largest ones.
[[nodiscard]] bool gridSumsStayFinite(float number, float importance);
[[nodiscard]] bool gridSumsStayFinite(float number);

} // namespace snug::quant
