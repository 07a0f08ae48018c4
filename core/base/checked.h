// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <limits>
#include <optional>

namespace snug {

// Arithmetic for numbers that come from a file or a server: nullopt instead of a wrapped value.

template <std::unsigned_integral T> [[nodiscard]] constexpr std::optional<T> checkedAdd(T a, T b)
{
    if (a > std::numeric_limits<T>::max() - b)
        return std::nullopt;
    return static_cast<T>(a + b);
}

template <std::unsigned_integral T> [[nodiscard]] constexpr std::optional<T> checkedMultiply(T a, T b)
{
    if (b != 0 && a > std::numeric_limits<T>::max() / b)
        return std::nullopt;
    return static_cast<T>(a * b);
}

} // namespace snug
