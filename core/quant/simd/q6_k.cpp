// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// Q6_K: 256 numbers in 210 bytes. 4 bits a number, 2 bits a number, 16 scales of sub-blocks, a scale.
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/q6_k.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/scale_search-inl.h"
#include "core/quant/simd/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

constexpr std::size_t kSubBlocks = 16;
constexpr std::size_t kSubNumbers = 16;
constexpr std::int32_t kHalfCodes = 32;

template <bool kWithImportance> struct KernelQ6K {
    static constexpr std::size_t kNumbers = kSubBlocks * kSubNumbers;
    static constexpr std::size_t kWords = 52;
    static constexpr HalfPlace kHalf = HalfPlace::Last;
    static constexpr bool kImportance = kWithImportance;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        ScaleFit fits[kSubBlocks];
        search(tile, fits);
        Farthest largest;
        for (const ScaleFit &fit : fits)
            largest.add(fit.scale);
        const Mask empty = largest.isNothing();
        const Floats factor = hn::Div(floats(-128.0F), choose(empty, floats(1.0F), largest.number));
        const Words scale = into.scale(hn::Div(floats(1.0F), factor));
        into.putHalf(kept(empty, scale));
        Ints scales[kSubBlocks]; // as bytes
        for (std::size_t s = 0; s < kSubBlocks; ++s)
            scales[s] = hn::And(hn::Min(ints(127), nearest(hn::Mul(factor, fits[s].scale))), ints(0xFF));
        for (std::size_t s = 0; s < kSubBlocks; s += 4)
            into.put(48 + s / 4, kept(empty, fourBytes(scales + s)));
        writeCodes(tile.numbers, fits, fromHalf(scale), scales, empty, into);
    }

private:
    // The engine stores a block without anything in it as zeros.
    static HWY_INLINE Words kept(Mask empty, Words word)
    {
        return hn::IfThenZeroElse(hn::RebindMask(WordTag(), empty), word);
    }

    static HWY_INLINE void search(const Tile<kNumbers> &tile, ScaleFit *fits)
    {
        HWY_ALIGN_MAX float weights[kSubNumbers * kLanes];
        HWY_ALIGN_MAX float weighed[kSubNumbers * kLanes];
        for (std::size_t s = 0; s < kSubBlocks; ++s) {
            const float *numbers = tile.numbers + s * kSubNumbers * kLanes;
            const float *importance = tile.importance + s * kSubNumbers * kLanes;
            for (std::size_t i = 0; i < kSubNumbers; ++i) {
                const Floats number = at(numbers, i);
                const Floats weight = kImportance ? at(importance, i) : square(number);
                put(weight, weights, i);
                put(hn::Mul(weight, number), weighed, i);
            }
            fits[s] = searchScale<kSubNumbers, kHalfCodes>(numbers, weights, weighed);
        }
    }

    // The last codes of a sub-block, now that its scale is known as it is stored. Where that is 0, those of
    // the search stay.
    static HWY_INLINE void makeCodes(const ScaleFit &fit, Floats scale, const float *numbers, Ints *codes)
    {
        const Mask zero = hn::Eq(scale, hn::Zero(FloatTag()));
        for (std::size_t i = 0; i < kSubNumbers; ++i) {
            const Ints code = nearest(hn::Div(at(numbers, i), scale));
            codes[i] = hn::Add(clamped(code, -kHalfCodes, kHalfCodes - 1), ints(kHalfCodes));
        }
        if (none(zero))
            return;
        for (std::size_t i = 0; i < kSubNumbers; ++i) {
            const Ints first = firstCode(fit, at(numbers, i), kHalfCodes);
            codes[i] = hn::IfThenElse(hn::RebindMask(IntTag(), zero), first, codes[i]);
        }
    }

    // 128 numbers at a time: a byte holds four bits of numbers that are 64 apart; another one two bits of
    // each of four numbers that are 32 apart.
    static HWY_INLINE void writeCodes(const float *numbers, const ScaleFit *fits, Floats scale,
                                      const Ints *scales, Mask empty, BlockWords<kWords> &into)
    {
        const Words four = words(0x0F0F0F0F);
        const Words two = words(0x30303030);
        for (std::size_t half = 0; half < 2; ++half) {
            Ints codes[kNumbers / 2];
            for (std::size_t i = 0; i < kSubBlocks / 2; ++i) {
                const std::size_t s = half * kSubBlocks / 2 + i;
                const Ints signedScale = hn::ShiftRight<24>(hn::ShiftLeft<24>(scales[s]));
                makeCodes(fits[s], hn::Mul(scale, floatsOf(signedScale)), numbers + s * kSubNumbers * kLanes,
                          codes + i * kSubNumbers);
            }
            for (std::size_t i = 0; i < 32; i += 4) {
                const Words a = fourBytes(codes + i);
                const Words b = fourBytes(codes + i + 32);
                const Words c = fourBytes(codes + i + 64);
                const Words d = fourBytes(codes + i + 96);
                const std::size_t low = half * 16 + i / 4;
                into.put(low, kept(empty, hn::Or(hn::And(a, four), hn::ShiftLeft<4>(hn::And(c, four)))));
                into.put(low + 8, kept(empty, hn::Or(hn::And(b, four), hn::ShiftLeft<4>(hn::And(d, four)))));
                const Words firsts =
                    hn::Or(hn::ShiftRight<4>(hn::And(a, two)), hn::ShiftRight<2>(hn::And(b, two)));
                const Words lasts = hn::Or(hn::And(c, two), hn::ShiftLeft<2>(hn::And(d, two)));
                into.put(32 + half * 8 + i / 4, kept(empty, hn::Or(firsts, lasts)));
            }
        }
    }
};

bool encodeTarget(const BlockJob &job)
{
    return encodeEither<KernelQ6K<false>, KernelQ6K<true>>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeQ6_K(const BlockJob &job)
{
    return HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
