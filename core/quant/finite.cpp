// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/finite.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace snug::quant {
namespace {

// Such numbers have all bits of the exponent set.
template <class Bits, Bits Exponent>
std::optional<std::size_t> firstWithExponent(const std::byte *bytes, std::size_t count)
{
    constexpr std::size_t kAtOnce =
        1024; // without a way out between them, so that compilers make vectors of it
    const auto isBad = [bytes](std::size_t place) {
        Bits bits = 0;
        std::memcpy(&bits, bytes + place * sizeof(Bits), sizeof(Bits));
        return (bits & Exponent) == Exponent;
    };
    for (std::size_t first = 0; first < count; first += kAtOnce) {
        const std::size_t last = std::min(count, first + kAtOnce);
        bool some = false;
        for (std::size_t place = first; place < last; ++place)
            some |= isBad(place);
        for (std::size_t place = first; some && place < last; ++place) {
            if (isBad(place))
                return place;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<std::size_t> firstNotFinite(std::span<const float> numbers)
{
    return firstNotFinite(gguf::TensorType::F32, std::as_bytes(numbers));
}

std::optional<std::size_t> firstNotFinite(gguf::TensorType type, std::span<const std::byte> stored)
{
    switch (type) {
    case gguf::TensorType::F32:
        return firstWithExponent<std::uint32_t, 0x7F800000U>(stored.data(), stored.size() / 4);
    case gguf::TensorType::F16:
        return firstWithExponent<std::uint16_t, 0x7C00U>(stored.data(), stored.size() / 2);
    case gguf::TensorType::BF16:
        return firstWithExponent<std::uint16_t, 0x7F80U>(stored.data(), stored.size() / 2);
    default:
        return std::nullopt;
    }
}

} // namespace snug::quant
