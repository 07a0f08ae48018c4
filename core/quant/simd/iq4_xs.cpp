// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// IQ4_XS: 256 numbers in 136 bytes. A scale, 2 bits and then 4 bits of each of 8 scales, 4 bits a number.
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/iq4_xs.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/nonlinear_search-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

constexpr std::size_t kSubBlocks = 8;

template <bool kWithImportance> struct KernelIQ4XS {
    static constexpr std::size_t kNumbers = kSubBlocks * kThirtyTwo;
    static constexpr std::size_t kWords = 34;
    static constexpr HalfPlace kHalf = HalfPlace::None;
    static constexpr bool kImportance = kWithImportance;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        const Floats squares = sumOfSquares<kNumbers>(tile.numbers);
        Floats scales[kSubBlocks];
        Farthest largest;
        for (std::size_t s = 0; s < kSubBlocks; ++s) {
            const std::size_t begin = s * kThirtyTwo * kLanes;
            scales[s] = searchNonlinear<kNumbers>(tile.numbers + begin,
                                                  kImportance ? tile.importance + begin : nullptr, squares);
            largest.add(scales[s]);
        }
        writeCodes(tile.numbers, scales, hn::Div(hn::Neg(largest.number), floats(32.0F)), into);
    }

private:
    static HWY_INLINE void writeCodes(const float *numbers, const Floats *scales, Floats scale,
                                      BlockWords<kWords> &into)
    {
        const Floats factor = inverse(scale);
        Words high = hn::Zero(WordTag());
        Words low = high;
        for (std::size_t s = 0; s < kSubBlocks; ++s) {
            const Ints code = clamped(nearest(hn::Mul(factor, scales[s])), -32, 31);
            const Floats own = hn::Mul(scale, floatsOf(code));
            putCodes(numbers + s * kThirtyTwo * kLanes, inverse(own), 2 + 4 * s, into);
            const Words stored = wordsOf(hn::Add(code, ints(32)));
            low = hn::Or(low, hn::ShiftLeftSame(hn::And(stored, words(0xF)), static_cast<int>(4 * s)));
            high = hn::Or(high, hn::ShiftLeftSame(hn::ShiftRight<4>(stored), static_cast<int>(2 * s)));
        }
        into.put(0, hn::Or(into.scale(scale), hn::ShiftLeft<16>(high)));
        into.put(1, low);
    }
};

bool encodeTarget(const BlockJob &job)
{
    return encodeEither<KernelIQ4XS<false>, KernelIQ4XS<true>>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeIQ4_XS(const BlockJob &job)
{
    return HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
