// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// Q5_K: 256 numbers in 176 bytes. A scale and an offset, 12 bytes of those of 8 sub-blocks, the fifth bits of
// all numbers, 4 bits a number.
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/q5_k.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/affine_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

struct PlainQ5K {
    static constexpr std::size_t kNumbers = kSubNumbers;
    static constexpr std::int32_t kMost = 31;
    static constexpr float kFirst = -0.5F;
    static constexpr float kStep = 0.1F;
    static constexpr int kSteps = 15;
    static constexpr bool kAbsolute = false;
};

struct TypeQ5K {
    static constexpr std::int32_t kMost = 31;
    static constexpr std::size_t kWords = 44;
    static constexpr bool kSixBits = true;
    using Plain = PlainQ5K;
    using Weighed = WeighedRule<kSubNumbers, kMost>;

    // A byte holds 4 bits of one sub-block, and above them those of the next. Fifth bits lie together by
    // their place in the sub-block, the first sub-block's lowest.
    struct Codes {
        HWY_INLINE void add(std::size_t pair, const Ints *codes, BlockWords<kWords> &into)
        {
            const Words four = hn::Set(WordTag(), 0x0F0F0F0F);
            const Words one = hn::Set(WordTag(), 0x01010101);
            for (std::size_t i = 0; i < kSubNumbers; i += 4) {
                const Words low = fourBytes(codes + i);
                const Words high = fourBytes(codes + kSubNumbers + i);
                into.put(12 + 8 * pair + i / 4,
                         hn::Or(hn::And(low, four), hn::ShiftLeft<4>(hn::And(high, four))));
                const Words fifths = hn::Or(hn::And(hn::ShiftRight<4>(low), one),
                                            hn::ShiftLeft<1>(hn::And(hn::ShiftRight<4>(high), one)));
                const Words before = pair == 0 ? hn::Zero(WordTag()) : m_fifths[i / 4];
                m_fifths[i / 4] = hn::Or(before, hn::ShiftLeftSame(fifths, static_cast<int>(2 * pair)));
            }
        }

        HWY_INLINE void finish(BlockWords<kWords> &into)
        {
            for (std::size_t i = 0; i < kSubNumbers / 4; ++i)
                into.put(4 + i, m_fifths[i]);
        }

    private:
        Words m_fifths[kSubNumbers / 4];
    };
};

bool encodeTarget(const BlockJob &job)
{
    return encodeEither<AffineKernel<TypeQ5K, false>, AffineKernel<TypeQ5K, true>>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeQ5_K(const BlockJob &job)
{
    return HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
