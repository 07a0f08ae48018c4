// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>

// The two floating types of 16 bits. Narrowing rounds to the nearest, ties to even, as ggml does it.
namespace snug::quant {

// IEEE 754 binary16.
[[nodiscard]] constexpr float fromHalf(std::uint16_t half)
{
    // Moved into the place of a float's bits, the number is 2^112 times too small; multiplying is exact, for
    // subnormal numbers too.
    const std::uint32_t sign = (half & 0x8000U) << 16;
    const std::uint32_t magnitude = (half & 0x7FFFU) << 13;
    const std::uint32_t infinite = magnitude >= 0x0F800000U ? 0x7F800000U : 0U;
    const float scaled = std::bit_cast<float>(magnitude) * 0x1p112F;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(scaled) | infinite | sign);
}

[[nodiscard]] constexpr std::uint16_t toHalf(float number)
{
    const auto bits = std::bit_cast<std::uint32_t>(number);
    const std::uint32_t sign = bits >> 16 & 0x8000U;
    const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
    if (magnitude > 0x7F800000U)
        return static_cast<std::uint16_t>(sign | 0x7E00U);
    if (magnitude >= 0x477FF000U) // 65520, which is nearer to what comes after the largest number
        return static_cast<std::uint16_t>(sign | 0x7C00U);
    if (magnitude < 0x38800000U) { // below 2^-14: adding 0.5 puts the last bit of a subnormal number last
        const float rounded = std::bit_cast<float>(magnitude) + 0.5F;
        return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(rounded) - 0x3F000000U));
    }
    const std::uint32_t even = magnitude >> 13 & 1U;
    return static_cast<std::uint16_t>(sign | ((magnitude - 0x38000000U + 0xFFFU + even) >> 13));
}

[[nodiscard]] constexpr float fromBfloat16(std::uint16_t bits)
{
    return std::bit_cast<float>(std::uint32_t{bits} << 16);
}

[[nodiscard]] constexpr std::uint16_t toBfloat16(float number)
{
    const auto bits = std::bit_cast<std::uint32_t>(number);
    if ((bits & 0x7FFFFFFFU) > 0x7F800000U)
        return static_cast<std::uint16_t>(bits >> 16 | 64U); // a quiet NaN
    return static_cast<std::uint16_t>((bits + (0x7FFFU + (bits >> 16 & 1U))) >> 16);
}

} // namespace snug::quant
