// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// TQ1_0: 256 numbers in 54 bytes. 5 numbers in a byte, a scale.
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/tq1_0.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/ternary_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

struct KernelTQ1_0 {
    static constexpr std::size_t kNumbers = 256;
    static constexpr std::size_t kWords = 13;
    static constexpr HalfPlace kHalf = HalfPlace::Last;
    static constexpr bool kImportance = false;

    // 32 bytes of numbers that are 32 apart, 16 of those that are 16 apart, and 4 of the last, 4 apart.
    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        const TernaryBlock<kNumbers> block(tile.numbers);
        into.putHalf(into.scale(block.scale()));
        for (std::size_t word = 0; word < 8; ++word)
            into.put(word, fourBytesOf<5>(block, 4 * word, 32));
        for (std::size_t word = 0; word < 4; ++word)
            into.put(8 + word, fourBytesOf<5>(block, 160 + 4 * word, 16));
        into.put(12, fourBytesOf<4>(block, 240, 4));
    }

private:
    template <std::size_t kCodes>
    static HWY_INLINE Words fourBytesOf(const TernaryBlock<kNumbers> &block, std::size_t first,
                                        std::size_t apart)
    {
        Words word = hn::Zero(WordTag());
        for (std::size_t byte = 0; byte < 4; ++byte) {
            Words digits = hn::Zero(WordTag()); // to the base of 3
            for (std::size_t n = 0; n < 5; ++n) {
                digits = hn::Add(hn::Add(digits, digits), digits);
                if (n < kCodes)
                    digits = hn::Add(digits, block.code(first + byte + apart * n));
            }
            word = hn::Or(word, hn::ShiftLeftSame(fraction(digits), static_cast<int>(8 * byte)));
        }
        return word;
    }

    // Of 3^5 = 243 parts, as a fraction of 256, rounded up: (256 * digits + 242) / 243. The factor is
    // 2^24 / 243 rounded up, with which no quotient is off.
    static HWY_INLINE Words fraction(Words digits)
    {
        const Words raised = hn::Add(hn::ShiftLeft<8>(digits), words(242));
        return hn::ShiftRight<24>(hn::Mul(raised, words(69043)));
    }
};

// Importance changes nothing.
bool encodeTarget(const BlockJob &job)
{
    return encodeBlocks<KernelTQ1_0>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeTQ1_0(const BlockJob &job)
{
    return HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
