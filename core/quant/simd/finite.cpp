// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/simd/finite.h"

#include "core/gguf/little_endian.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/finite.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// How many of the first numbers are known to be finite: all but fewer than a step of what precedes the first
// that is not, or the end. Numbers that are not finite have all bits of the exponent set, and no more can be.
template <class Bits> std::size_t finiteNumbers(const std::byte *from, std::size_t count, Bits exponent)
{
#if HWY_TARGET == HWY_SCALAR
    (void)from, (void)count, (void)exponent;
    return 0;
#else
    const hn::ScalableTag<std::uint8_t> bytes;
    const hn::Repartition<Bits, decltype(bytes)> numbers;
    constexpr std::size_t kVectors = 4; // a step: without a way out, and without waiting for one another
    const std::size_t lanes = hn::Lanes(numbers);
    const auto mask = hn::Set(numbers, exponent);
    const auto exponents = [&](std::size_t place) {
        const auto *at = reinterpret_cast<const std::uint8_t *>(from) + place * sizeof(Bits);
        return hn::And(hn::BitCast(numbers, hn::LoadU(bytes, at)), mask);
    };
    std::size_t done = 0;
    for (; done + kVectors * lanes <= count; done += kVectors * lanes) {
        const auto first = hn::Max(exponents(done), exponents(done + lanes));
        const auto second = hn::Max(exponents(done + 2 * lanes), exponents(done + 3 * lanes));
        if (!hn::AllFalse(numbers, hn::Eq(hn::Max(first, second), mask)))
            break;
    }
    return done;
#endif
}

std::size_t finiteWords(const std::byte *from, std::size_t count, std::uint32_t exponent)
{
    return finiteNumbers(from, count, exponent);
}

std::size_t finiteShorts(const std::byte *from, std::size_t count, std::uint16_t exponent)
{
    return finiteNumbers(from, count, exponent);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(finiteWords);
HWY_EXPORT(finiteShorts);

namespace {

template <class Bits>
std::optional<std::size_t> firstFrom(std::size_t place, std::span<const std::byte> stored, Bits exponent)
{
    for (; place < stored.size() / sizeof(Bits); ++place) {
        const Bits bits = gguf::fromLittleEndian<Bits>(stored.data() + place * sizeof(Bits));
        if ((bits & exponent) == exponent)
            return place;
    }
    return std::nullopt;
}

std::optional<std::size_t> firstShort(std::span<const std::byte> stored, std::uint16_t exponent)
{
    const std::size_t finite = HWY_DYNAMIC_DISPATCH(finiteShorts)(stored.data(), stored.size() / 2, exponent);
    return firstFrom(finite, stored, exponent);
}

std::optional<std::size_t> firstWord(std::span<const std::byte> stored, std::uint32_t exponent)
{
    const std::size_t finite = HWY_DYNAMIC_DISPATCH(finiteWords)(stored.data(), stored.size() / 4, exponent);
    return firstFrom(finite, stored, exponent);
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
        return firstWord(stored, 0x7F800000U);
    case gguf::TensorType::F16:
        return firstShort(stored, 0x7C00U);
    case gguf::TensorType::BF16:
        return firstShort(stored, 0x7F80U);
    default:
        return std::nullopt;
    }
}

} // namespace snug::quant::simd
#endif
