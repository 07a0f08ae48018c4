// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// Q3_K: 256 numbers in 110 bytes. The third bits of all numbers, 2 bits a number, 12 bytes of 16 scales, a
// scale.
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/q3_k.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/moving_search-inl.h"
#include "core/quant/simd/scale_search-inl.h"
#include "core/quant/simd/sixteens-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

constexpr std::int32_t kHalfCodes = 4;

template <bool kWithImportance> struct KernelQ3K {
    static constexpr std::size_t kNumbers = kSixteens;
    static constexpr std::size_t kWords = 27;
    static constexpr HalfPlace kHalf = HalfPlace::Last;
    static constexpr bool kImportance = kWithImportance;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        Ints codes[kNumbers];  // of the search, then the last ones
        Ints scales[kSixteen]; // 6 bits; 32 is 0
        Words scale;
        if constexpr (kImportance)
            scale = into.scale(searchWeighed(tile, codes, scales));
        else
            scale = into.scale(search(tile, codes, scales));
        into.putHalf(scale);
        for (std::size_t s = 0; s < kSixteen; ++s) {
            const Floats own = hn::Mul(fromHalf(scale), floatsOf(hn::Sub(scales[s], ints(32))));
            makeCodes(own, tile.numbers + beginOf(s), codes + s * kSixteen);
        }
        putThirdBits(codes, into);
        putPairs(codes, 8, into);
        putScales(scales, into);
    }

private:
    static HWY_INLINE Floats search(const Tile<kNumbers> &tile, Ints *codes, Ints *scales)
    {
        Floats fits[kSixteen];
        for (std::size_t s = 0; s < kSixteen; ++s)
            fits[s] = searchMoving<kSixteen, kHalfCodes>(tile.numbers + beginOf(s), codes + s * kSixteen);
        const Floats zero = hn::Zero(FloatTag());
        Farthest largest;
        for (const Floats &fit : fits)
            largest.add(fit);
        const Mask empty = hn::Eq(largest.number, zero);
        const Floats factor = hn::Div(floats(-32.0F), choose(empty, floats(1.0F), largest.number));
        for (std::size_t s = 0; s < kSixteen; ++s) {
            const Ints byte = hn::ShiftRight<24>(hn::ShiftLeft<24>(nearest(hn::Mul(factor, fits[s]))));
            const Ints code = hn::Add(clamped(byte, -32, 31), ints(32));
            scales[s] = hn::IfThenZeroElse(hn::RebindMask(IntTag(), empty), code);
        }
        return choose(empty, zero, hn::Div(floats(1.0F), factor));
    }

    static HWY_INLINE Floats searchWeighed(const Tile<kNumbers> &tile, Ints *codes, Ints *scales)
    {
        const Floats squares = sumOfSquares<kNumbers>(tile.numbers);
        const Floats variance = hn::Mul(hn::Mul(floats(2.0F), squares), floats(1.0F / kNumbers));
        HWY_ALIGN_MAX float weights[kSixteen * kLanes];
        HWY_ALIGN_MAX float weighed[kSixteen * kLanes];
        HWY_ALIGN_MAX float fits[kSixteen * kLanes];
        HWY_ALIGN_MAX float weightSums[kSixteen * kLanes];
        HWY_ALIGN_MAX float weighedFits[kSixteen * kLanes];
        for (std::size_t s = 0; s < kSixteen; ++s) {
            const float *numbers = tile.numbers + beginOf(s);
            const Floats sum =
                weighByImportance<kSixteen>(numbers, tile.importance + beginOf(s), variance, weights);
            for (std::size_t i = 0; i < kSixteen; ++i)
                put(hn::Mul(at(weights, i), at(numbers, i)), weighed, i);
            const ScaleFit fit = searchScale<kSixteen, kHalfCodes>(numbers, weights, weighed);
            for (std::size_t i = 0; i < kSixteen; ++i)
                codes[s * kSixteen + i] = firstCode(fit, at(numbers, i), kHalfCodes);
            put(fit.scale, fits, s);
            put(sum, weightSums, s);
            put(hn::Mul(sum, fit.scale), weighedFits, s);
        }
        const ScaleFit block = searchScale<kSixteen, 32, true>(fits, weightSums, weighedFits);
        for (std::size_t s = 0; s < kSixteen; ++s)
            scales[s] = firstCode(block, at(fits, s), 32);
        return block.scale;
    }

    // The last codes of a sub-block, now that its scale is known as it is stored. Where that is 0, those of
    // the search stay.
    static HWY_INLINE void makeCodes(Floats scale, const float *numbers, Ints *codes)
    {
        const auto zero = hn::RebindMask(IntTag(), hn::Eq(scale, hn::Zero(FloatTag())));
        for (std::size_t i = 0; i < kSixteen; ++i) {
            const Ints code = clamped(nearest(hn::Div(at(numbers, i), scale)), -kHalfCodes, kHalfCodes - 1);
            codes[i] = hn::IfThenElse(zero, codes[i], hn::Add(code, ints(kHalfCodes)));
        }
    }

    // Those of numbers that are 32 apart share a byte, the first one's lowest.
    static HWY_INLINE void putThirdBits(const Ints *codes, BlockWords<kWords> &into)
    {
        for (std::size_t i = 0; i < 32; i += 4) {
            Words bits = hn::Zero(WordTag());
            for (std::size_t plane = 0; plane < 8; ++plane) {
                const Words third =
                    hn::And(hn::ShiftRight<2>(fourBytes(codes + 32 * plane + i)), words(0x01010101));
                bits = hn::Or(bits, hn::ShiftLeftSame(third, static_cast<int>(plane)));
            }
            into.put(i / 4, bits);
        }
    }

    // 4 bits of scales 0 to 7, above them those of 8 to 15; then 2 bits of every fourth one, the first one's
    // lowest.
    static HWY_INLINE void putScales(const Ints *scales, BlockWords<kWords> &into)
    {
        const Words four = words(0x0F0F0F0F);
        Words packed[4];
        Words high = hn::Zero(WordTag());
        for (std::size_t k = 0; k < 4; ++k) {
            packed[k] = fourBytes(scales + 4 * k);
            const Words bits = hn::And(hn::ShiftRight<4>(packed[k]), words(0x03030303));
            high = hn::Or(high, hn::ShiftLeftSame(bits, static_cast<int>(2 * k)));
        }
        for (std::size_t k = 0; k < 2; ++k)
            into.put(24 + k,
                     hn::Or(hn::And(packed[k], four), hn::ShiftLeft<4>(hn::And(packed[k + 2], four))));
        into.put(26, high);
    }
};

bool encodeTarget(const BlockJob &job)
{
    return encodeEither<KernelQ3K<false>, KernelQ3K<true>>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeQ3_K(const BlockJob &job)
{
    return HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
