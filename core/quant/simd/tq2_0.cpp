// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// TQ2_0: 256 numbers in 66 bytes. 2 bits a number, a scale.
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/tq2_0.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/ternary_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

struct KernelTQ2_0 {
    static constexpr std::size_t kNumbers = 256;
    static constexpr std::size_t kWords = 16;
    static constexpr HalfPlace kHalf = HalfPlace::Last;
    static constexpr bool kImportance = false;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        const TernaryBlock<kNumbers> block(tile.numbers);
        into.putHalf(into.scale(block.scale()));
        for (std::size_t word = 0; word < kWords; ++word)
            into.put(word, codes(block, word / 8 * 128 + word % 8 * 4));
    }

private:
    // Of four times four numbers: neighbours are bytes, and what is 32 on is beside them there.
    static HWY_INLINE Words codes(const TernaryBlock<kNumbers> &block, std::size_t first)
    {
        Words word = hn::Zero(WordTag());
        for (std::size_t byte = 0; byte < 4; ++byte) {
            for (std::size_t n = 0; n < 4; ++n) {
                const Words code = block.code(first + byte + 32 * n);
                word = hn::Or(word, hn::ShiftLeftSame(code, static_cast<int>(8 * byte + 2 * n)));
            }
        }
        return word;
    }
};

// Importance changes nothing.
bool encodeTarget(const BlockJob &job)
{
    return encodeBlocks<KernelTQ2_0>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeTQ2_0(const BlockJob &job)
{
    return HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
