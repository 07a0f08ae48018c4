// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

namespace snug::gguf {

// Numbers as GGUF stores them, whatever the byte order of this machine.

template <class T>
concept Number = std::is_arithmetic_v<T> && sizeof(T) <= 8;

template <std::size_t Bytes>
using UnsignedOf =
    std::conditional_t<Bytes == 1, std::uint8_t,
                       std::conditional_t<Bytes == 2, std::uint16_t,
                                          std::conditional_t<Bytes == 4, std::uint32_t, std::uint64_t>>>;

// REQUIRES: sizeof(T) readable bytes. A bool is true for every byte but 0.
template <Number T> [[nodiscard]] T fromLittleEndian(const std::byte *bytes)
{
    UnsignedOf<sizeof(T)> bits = 0;
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(&bits, bytes, sizeof(T)); // of which compilers make vectors
    } else {
        for (std::size_t i = 0; i < sizeof(T); ++i)
            bits = static_cast<decltype(bits)>(bits | std::to_integer<std::uint64_t>(bytes[i]) << (8 * i));
    }
    if constexpr (std::same_as<T, bool>)
        return bits != 0;
    else
        return std::bit_cast<T>(bits);
}

// REQUIRES: room for sizeof(T) bytes.
template <Number T> void toLittleEndian(T number, std::byte *bytes)
{
    const auto bits = std::bit_cast<UnsignedOf<sizeof(T)>>(number);
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(bytes, &bits, sizeof(T));
    } else {
        for (std::size_t i = 0; i < sizeof(T); ++i)
            bytes[i] = static_cast<std::byte>(std::uint64_t{bits} >> (8 * i));
    }
}

template <Number T> void appendLittleEndian(std::vector<std::byte> &out, T number)
{
    const auto bits = std::bit_cast<UnsignedOf<sizeof(T)>>(number);
    for (std::size_t i = 0; i < sizeof(T); ++i)
        out.push_back(static_cast<std::byte>(std::uint64_t{bits} >> (8 * i)));
}

} // namespace snug::gguf
