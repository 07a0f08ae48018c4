// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// Q4_K: 256 numbers in 144 bytes. A scale and an offset, 12 bytes of those of 8 sub-blocks, 4 bits a number.
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/q4_k.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/affine_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

struct PlainQ4K {
    static constexpr std::size_t kNumbers = kSubNumbers;
    static constexpr std::int32_t kMost = 15;
    static constexpr float kFirst = -1.0F;
    static constexpr float kStep = 0.1F;
    static constexpr int kSteps = 20;
    static constexpr bool kAbsolute = false;
};

struct TypeQ4K {
    static constexpr std::int32_t kMost = 15;
    static constexpr std::size_t kWords = 36;
    static constexpr bool kSixBits = false;
    using Plain = PlainQ4K;
    using Weighed = WeighedRule<kSubNumbers, kMost>;

    // A byte holds a code of one sub-block, and above it that of the next.
    struct Codes {
        HWY_INLINE void add(std::size_t pair, const Ints *codes, BlockWords<kWords> &into)
        {
            for (std::size_t i = 0; i < kSubNumbers; i += 4) {
                const Words low = fourBytes(codes + i);
                const Words high = fourBytes(codes + kSubNumbers + i);
                into.put(4 + 8 * pair + i / 4, hn::Or(low, hn::ShiftLeft<4>(high)));
            }
        }
        HWY_INLINE void finish(BlockWords<kWords> & /*into*/) {}
    };
};

bool encodeTarget(const BlockJob &job)
{
    return encodeEither<AffineKernel<TypeQ4K, false>, AffineKernel<TypeQ4K, true>>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeQ4_K(const BlockJob &job)
{
    return HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
