// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// Q2_0: 64 numbers in 18 bytes. A scale, 2 bits a number.
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/q2_0.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/ternary_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

struct KernelQ2_0 {
    static constexpr std::size_t kNumbers = 64;
    static constexpr std::size_t kWords = 4;
    static constexpr HalfPlace kHalf = HalfPlace::First;
    static constexpr bool kImportance = false;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        const TernaryBlock<kNumbers> block(tile.numbers);
        into.putHalf(into.scale(block.scale()));
        // Too large for the engine's whole numbers, which then are the least.
        const auto nothing = hn::RebindMask(WordTag(), block.isTooSmall());
        for (std::size_t word = 0; word < kWords; ++word) {
            Words codes = hn::Zero(WordTag());
            for (std::size_t i = 0; i < 16; ++i) {
                const Words code = block.code(16 * word + i);
                codes = hn::Or(codes, hn::ShiftLeftSame(code, static_cast<int>(2 * i)));
            }
            into.put(word, hn::IfThenZeroElse(nothing, codes));
        }
    }
};

// Importance changes nothing.
bool encodeTarget(const BlockJob &job)
{
    return encodeBlocks<KernelQ2_0>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeQ2_0(const BlockJob &job)
{
    return HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
