// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// Q2_K: 256 numbers in 84 bytes. 16 bytes of sub-blocks' scales and offsets, 2 bits a number, a scale and an
// offset.
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/q2_k.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/affine_search-inl.h"
#include "core/quant/simd/positive_search-inl.h"
#include "core/quant/simd/sixteens-inl.h"

#include <type_traits>

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

struct PlainQ2K {
    static constexpr std::size_t kNumbers = kSixteen;
    static constexpr std::int32_t kMost = 3;
    static constexpr float kFirst = -0.5F;
    static constexpr float kStep = 0.1F;
    static constexpr int kSteps = 15;
    static constexpr bool kAbsolute = true;
};

template <bool kWithImportance> struct KernelQ2K {
    static constexpr std::size_t kNumbers = kSixteens;
    static constexpr std::size_t kWords = 21;
    static constexpr HalfPlace kHalf = HalfPlace::None;
    static constexpr bool kImportance = kWithImportance;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        AffineFit fits[kSixteen];
        Floats weightSums[kSixteen];
        search(tile, fits, weightSums);
        Floats scales[kSixteen];
        Floats offsets[kSixteen];
        for (std::size_t s = 0; s < kSixteen; ++s) {
            scales[s] = fits[s].scale;
            offsets[s] = hn::Neg(fits[s].offset);
        }
        Words scaleCodes[kSixteen];
        Words offsetCodes[kSixteen];
        const Words scale = into.scale(codesOf(scales, weightSums, scaleCodes));
        const Words offset = into.scale(codesOf(offsets, weightSums, offsetCodes));
        into.put(20, hn::Or(scale, hn::ShiftLeft<16>(offset)));
        Ints bytes[kSixteen];
        Ints codes[kNumbers];
        for (std::size_t s = 0; s < kSixteen; ++s) {
            const Words byte = hn::And(hn::Or(scaleCodes[s], hn::ShiftLeft<4>(offsetCodes[s])), words(0xFF));
            bytes[s] = hn::BitCast(IntTag(), byte);
            makeCodes(fits[s], hn::Mul(fromHalf(scale), floatsOf(hn::And(byte, words(0xF)))),
                      hn::Mul(fromHalf(offset), floatsOf(hn::ShiftRight<4>(byte))), tile.numbers + beginOf(s),
                      codes + s * kSixteen);
        }
        for (std::size_t s = 0; s < kSixteen; s += 4)
            into.put(s / 4, fourBytes(bytes + s));
        Words codeBytes[kNumbers / 4];
        putBytes(codes, codeBytes);
        putPairs(codeBytes, 4, into);
    }

private:
    static HWY_INLINE void search(const Tile<kNumbers> &tile, AffineFit *fits, Floats *weightSums)
    {
        using Rule = std::conditional_t<kImportance, WeighedRule<kSixteen, 3>, PlainQ2K>;
        HWY_ALIGN_MAX float weights[2 * kSixteen * kLanes];
        HWY_ALIGN_MAX float codes[2 * kSixteen * kLanes];
        Floats variance = hn::Zero(FloatTag());
        if constexpr (kImportance)
            variance = hn::Mul(sumOfSquares<kNumbers>(tile.numbers), floats(1.0F / kNumbers));
        for (std::size_t s = 0; s < kSixteen; s += 2) {
            for (std::size_t k = 0; k < 2; ++k) {
                const float *numbers = tile.numbers + beginOf(s + k);
                if constexpr (kImportance) {
                    weightSums[s + k] = weighByImportance<kSixteen>(numbers, tile.importance + beginOf(s + k),
                                                                    variance, weights + beginOf(k));
                } else {
                    for (std::size_t i = 0; i < kSixteen; ++i)
                        put(hn::Abs(at(numbers, i)), weights + beginOf(k), i);
                }
            }
            searchAffine<Rule, 2>(tile.numbers + beginOf(s), weights, codes, fits + s);
        }
    }

    // Four bits of each scale or offset, as bytes; what they are to be multiplied with.
    static HWY_INLINE Floats codesOf(const Floats *numbers, const Floats *weightSums, Words *codes)
    {
        if constexpr (kImportance)
            return PositiveSearch<kSixteen, 15>(numbers, weightSums).run(codes);
        const Floats zero = hn::Zero(FloatTag());
        const Floats most = floats(15.0F);
        Floats largest = zero;
        for (std::size_t s = 0; s < kSixteen; ++s)
            largest = greater(numbers[s], largest);
        const Floats factor = choose(hn::Gt(largest, zero), hn::Div(most, largest), zero);
        for (std::size_t s = 0; s < kSixteen; ++s)
            codes[s] = hn::And(wordsOf(nearest(hn::Mul(factor, numbers[s]))), words(0xFF));
        return hn::Div(largest, most);
    }

    // The last codes of a sub-block, now that its scale is known as it is stored. Where that is 0, those of
    // the search stay.
    static HWY_INLINE void makeCodes(const AffineFit &fit, Floats scale, Floats offset, const float *numbers,
                                     Ints *codes)
    {
        const Mask zero = hn::Eq(scale, hn::Zero(FloatTag()));
        for (std::size_t i = 0; i < kSixteen; ++i)
            codes[i] = clamped(nearest(hn::Div(hn::Add(at(numbers, i), offset), scale)), 0, 3);
        if (none(zero))
            return;
        for (std::size_t i = 0; i < kSixteen; ++i) {
            const Ints first = firstCode(fit, at(numbers, i), 3);
            codes[i] = hn::IfThenElse(hn::RebindMask(IntTag(), zero), first, codes[i]);
        }
    }
};

bool encodeTarget(const BlockJob &job)
{
    return encodeEither<KernelQ2K<false>, KernelQ2K<true>>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeQ2_K(const BlockJob &job)
{
    return HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
