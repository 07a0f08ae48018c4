// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// Blocks of 32 numbers: Q4_0 and Q5_0, which have a scale, and Q4_1 and Q5_1, which have an offset too.
#if defined(SNUG_QUANT_SIMD_SMALL_BLOCKS) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_SMALL_BLOCKS
#undef SNUG_QUANT_SIMD_SMALL_BLOCKS
#else
#define SNUG_QUANT_SIMD_SMALL_BLOCKS
#endif

#include "core/quant/simd/affine_search-inl.h"
#include "core/quant/simd/scale_search-inl.h"
#include "core/quant/simd/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

constexpr std::size_t kSmall = 32;

// Towards 0. What is too large, or no number, gets a low byte of 0, as on x86-64.
HWY_INLINE Ints truncated(Floats number)
{
    const Mask fits = hn::Lt(hn::Abs(number), floats(0x1p31F));
    return hn::ConvertTo(IntTag(), hn::IfThenElseZero(fits, number));
}

HWY_INLINE Ints signedByte(Ints number)
{
    return hn::ShiftRight<24>(hn::ShiftLeft<24>(number));
}

// Four bits of each code: the first 16 codes', above them those of the others.
template <std::size_t kWords>
HWY_INLINE void putNibbles(const Ints *codes, std::size_t place, BlockWords<kWords> &into)
{
    const Words four = words(0x0F0F0F0F);
    for (std::size_t i = 0; i < kSmall / 2; i += 4) {
        const Words low = hn::And(fourBytes(codes + i), four);
        const Words high = hn::And(fourBytes(codes + kSmall / 2 + i), four);
        into.put(place + i / 4, hn::Or(low, hn::ShiftLeft<4>(high)));
    }
}

// The fifth bit of each code, the first one's lowest.
HWY_INLINE Words fifthBits(const Ints *codes)
{
    Words bits = hn::Zero(WordTag());
    for (std::size_t i = 0; i < kSmall; ++i) {
        const Words bit = hn::And(hn::ShiftRight<4>(wordsOf(codes[i])), words(1));
        bits = hn::Or(bits, hn::ShiftLeftSame(bit, static_cast<int>(i)));
    }
    return bits;
}

// Codes around kHalfCodes: 8 (four bits) or 16 (five).
template <std::int32_t kHalfCodes> struct PlainSymmetric {
    static constexpr bool kFive = kHalfCodes == 16;
    static constexpr std::size_t kNumbers = kSmall;
    static constexpr std::size_t kWords = kFive ? 5 : 4;
    static constexpr HalfPlace kHalf = HalfPlace::First;
    static constexpr bool kImportance = false;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        const Floats scale = hn::Div(farthestOfFinite<kSmall>(tile.numbers).number, floats(-kHalfCodes));
        const Floats factor = inverse(scale);
        Ints codes[kSmall];
        for (std::size_t i = 0; i < kSmall; ++i) {
            const Floats raised = hn::Add(hn::Mul(at(tile.numbers, i), factor), floats(kHalfCodes + 0.5F));
            codes[i] = hn::Min(signedByte(truncated(raised)), ints(2 * kHalfCodes - 1));
        }
        write(scale, codes, into);
    }

    static HWY_INLINE void write(Floats scale, const Ints *codes, BlockWords<kWords> &into)
    {
        into.putHalf(into.scale(scale));
        if constexpr (kFive)
            into.put(0, fifthBits(codes));
        putNibbles(codes, kFive ? 1 : 0, into);
    }
};

template <std::int32_t kHalfCodes> struct WeighedSymmetric : PlainSymmetric<kHalfCodes> {
    using PlainSymmetric<kHalfCodes>::kWords;
    static constexpr bool kImportance = true;
    static constexpr bool kRowVariance = true;

    static HWY_INLINE void encode(const Tile<kSmall> &tile, BlockWords<kWords> &into)
    {
        HWY_ALIGN_MAX float weights[kSmall * kLanes];
        HWY_ALIGN_MAX float weighed[kSmall * kLanes];
        weighByImportance<kSmall>(tile.numbers, tile.importance, at(tile.variance, 0), weights);
        for (std::size_t i = 0; i < kSmall; ++i)
            put(hn::Mul(at(weights, i), at(tile.numbers, i)), weighed, i);
        const ScaleFit fit = searchScale<kSmall, kHalfCodes>(tile.numbers, weights, weighed);
        Ints codes[kSmall];
        for (std::size_t i = 0; i < kSmall; ++i)
            codes[i] = firstCode(fit, at(tile.numbers, i), kHalfCodes);
        PlainSymmetric<kHalfCodes>::write(fit.scale, codes, into);
    }
};

// Codes from 0 to kMost: 15 (four bits) or 31 (five).
template <std::int32_t kMost> struct PlainAffine {
    static constexpr bool kFive = kMost == 31;
    static constexpr std::size_t kNumbers = kSmall;
    static constexpr std::size_t kWords = kFive ? 6 : 5;
    static constexpr HalfPlace kHalf = HalfPlace::None;
    static constexpr bool kImportance = false;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        Floats low = at(tile.numbers, 0);
        Floats high = low;
        for (std::size_t i = 1; i < kSmall; ++i) {
            low = lesser(at(tile.numbers, i), low);
            high = greater(at(tile.numbers, i), high);
        }
        const Floats scale = hn::Div(hn::Sub(high, low), floats(kMost));
        const Floats factor = inverse(scale);
        Ints codes[kSmall];
        for (std::size_t i = 0; i < kSmall; ++i) {
            const Floats exact = hn::Mul(hn::Sub(at(tile.numbers, i), low), factor);
            codes[i] = truncated(hn::Add(exact, floats(0.5F)));
            codes[i] = kFive ? hn::And(codes[i], ints(0xFF)) : hn::Min(signedByte(codes[i]), ints(kMost));
        }
        write(scale, low, codes, into);
    }

    static HWY_INLINE void write(Floats scale, Floats offset, const Ints *codes, BlockWords<kWords> &into)
    {
        const Words first = into.scale(scale);
        into.put(0, hn::Or(first, hn::ShiftLeft<16>(into.scale(offset))));
        if constexpr (kFive)
            into.put(1, fifthBits(codes));
        putNibbles(codes, kFive ? 2 : 1, into);
    }
};

template <std::int32_t kMost> struct WeighedAffine : PlainAffine<kMost> {
    using PlainAffine<kMost>::kWords;
    static constexpr bool kImportance = true;
    static constexpr bool kRowVariance = true;

    static HWY_INLINE void encode(const Tile<kSmall> &tile, BlockWords<kWords> &into)
    {
        HWY_ALIGN_MAX float weights[kSmall * kLanes];
        HWY_ALIGN_MAX float searched[kSmall * kLanes];
        weighByImportance<kSmall>(tile.numbers, tile.importance, at(tile.variance, 0), weights);
        AffineFit fit[1];
        searchAffine<WeighedRule<kSmall, kMost>, 1>(tile.numbers, weights, searched, fit);
        Ints codes[kSmall];
        for (std::size_t i = 0; i < kSmall; ++i)
            codes[i] = firstCode(fit[0], at(tile.numbers, i), kMost);
        PlainAffine<kMost>::write(fit[0].scale, fit[0].offset, codes, into);
    }
};

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
