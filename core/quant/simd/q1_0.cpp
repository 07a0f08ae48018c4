// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// Q1_0: 128 numbers in 18 bytes. The mean distance from 0, a bit a number.
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/q1_0.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

struct KernelQ1_0 {
    static constexpr std::size_t kNumbers = 128;
    static constexpr std::size_t kWords = 4;
    static constexpr HalfPlace kHalf = HalfPlace::First;
    static constexpr bool kImportance = false;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        Floats sum = hn::Zero(FloatTag());
        for (std::size_t i = 0; i < kNumbers; ++i)
            sum = hn::Add(sum, hn::Abs(at(tile.numbers, i)));
        into.putHalf(into.scale(hn::Div(sum, floats(kNumbers))));
        for (std::size_t word = 0; word < kWords; ++word) {
            Words bits = hn::Zero(WordTag());
            for (std::size_t i = 0; i < 32; ++i) {
                const Mask positive = hn::Ge(at(tile.numbers, 32 * word + i), hn::Zero(FloatTag()));
                const auto chosen = hn::RebindMask(WordTag(), positive);
                bits = hn::Or(bits, hn::IfThenElseZero(chosen, words(1U << i)));
            }
            into.put(word, bits);
        }
    }
};

// Importance changes nothing.
bool encodeTarget(const BlockJob &job)
{
    return encodeBlocks<KernelQ1_0>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeQ1_0(const BlockJob &job)
{
    return HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
