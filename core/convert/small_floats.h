// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/quant/half.h"

#include <bit>
#include <cstdint>
#include <limits>

// Floating types of 8 bits: E4M3 and E5M2 of "FP8 formats for deep learning" (arXiv 2209.05433), their
// variants without infinities and negative zero (FNUZ, arXiv 2206.02915), and the scale E8M0 of the OCP
// microscaling specification.
namespace snug::convert {

inline constexpr float kNotANumber = std::numeric_limits<float>::quiet_NaN();

// One below 2^`exponent bits` values, of `mantissa` bits after the point.
[[nodiscard]] constexpr float scaledFloat(std::uint8_t bits, int mantissaBits, int bias)
{
    const int exponent = (bits & 0x7F) >> mantissaBits;
    const int mantissa = bits & ((1 << mantissaBits) - 1);
    const int whole = exponent == 0 ? mantissa : mantissa + (1 << mantissaBits);
    const int power = (exponent == 0 ? 1 : exponent) - bias - mantissaBits;
    const float scale = std::bit_cast<float>(static_cast<std::uint32_t>(power + 127) << 23);
    return (bits & 0x80) != 0 ? -static_cast<float>(whole) * scale : static_cast<float>(whole) * scale;
}

[[nodiscard]] constexpr float fromE4M3(std::uint8_t bits)
{
    return (bits & 0x7F) == 0x7F ? kNotANumber : scaledFloat(bits, 3, 7);
}

// The upper half of a binary16.
[[nodiscard]] constexpr float fromE5M2(std::uint8_t bits)
{
    return quant::fromHalf(static_cast<std::uint16_t>(bits << 8));
}

[[nodiscard]] constexpr float fromE4M3Fnuz(std::uint8_t bits)
{
    return bits == 0x80 ? kNotANumber : scaledFloat(bits, 3, 8);
}

[[nodiscard]] constexpr float fromE5M2Fnuz(std::uint8_t bits)
{
    return bits == 0x80 ? kNotANumber : scaledFloat(bits, 2, 16);
}

// A power of two.
[[nodiscard]] constexpr float fromE8M0(std::uint8_t bits)
{
    if (bits == 0xFF)
        return kNotANumber;
    return bits == 0 ? 0x1p-127F : std::bit_cast<float>(std::uint32_t{bits} << 23);
}

} // namespace snug::convert
