// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/number_extent.h"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace snug::quant {
namespace {

// Squares of sums of up to 32 products of a weight, a number and a grid's coordinate (up to 15) are to stay
// below 3e38. A weight is at most twice importance times number; without importance, the number's square.
constexpr double kLimit = 1e16;

} // namespace

// Of the bits, which compilers make vectors of: without its sign, a float is as large as its bits are.
Extent extentOf(std::span<const float> numbers)
{
    constexpr std::uint32_t kSign = 0x80000000;
    constexpr std::uint32_t kInfinite = 0x7F800000;
    std::uint32_t largest = 0;
    std::uint32_t most = 0;
    for (const float number : numbers) {
        const auto bits = std::bit_cast<std::uint32_t>(number);
        most = std::max(most, bits);
        largest = std::max(largest, bits & ~kSign);
    }
    return {.finite = largest<kInfinite, .negative = most> kSign, .largest = std::bit_cast<float>(largest)};
}

bool gridSumsStayFinite(float number, float importance)
{
    const double wide = number;
    return wide < kLimit && 2.0 * importance * wide * wide < kLimit;
}

bool gridSumsStayFinite(float number)
{
    const double wide = number;
    return wide * wide * wide < kLimit;
}

} // namespace snug::quant
