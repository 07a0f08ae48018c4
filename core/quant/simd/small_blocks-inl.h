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
#include "core/quant/simd/flat_blocks-inl.h"
#include "core/quant/simd/scale_search-inl.h"
#include "core/quant/simd/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

constexpr std::size_t kSmall = 32;

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

// The number at `place` of a block as it lies.
HWY_INLINE Floats numberOf(const FlatBatch &batch, std::size_t block, std::size_t place)
{
    return hn::LoadU(FloatTag(), batch.numbers + block * kSmall + place);
}

// The bytes from `place` on, of the codes there and of those half a block on; fifth bits are kept.
template <class Kernel> HWY_INLINE Floats nibbles(FlatBatch &batch, std::size_t block, std::size_t place)
{
    Floats low = Kernel::code(batch, block, place);
    Floats high = Kernel::code(batch, block, kSmall / 2 + place);
    if constexpr (Kernel::kFifth) {
        const Floats sixteen = floats(16);
        const Mask lowFifth = hn::Ge(low, sixteen);
        const Mask highFifth = hn::Ge(high, sixteen);
        batch.fifth[block] |= bitsOf(lowFifth) << place | bitsOf(highFifth) << (kSmall / 2 + place);
        low = hn::Sub(low, hn::IfThenElseZero(lowFifth, sixteen));
        high = hn::Sub(high, hn::IfThenElseZero(highFifth, sixteen));
    }
    return hn::Add(low, hn::Mul(high, floats(16)));
}

// Codes around kHalfCodes: 8 (four bits) or 16 (five).
template <std::int32_t kHalfCodes> struct PlainSymmetric {
    static constexpr bool kFifth = kHalfCodes == 16;
    static constexpr std::size_t kNumbers = kSmall;
    static constexpr std::size_t kHead = 2;
    static constexpr std::size_t kBytes = kSmall / 2;

    static HWY_INLINE void measure(FlatBatch &batch)
    {
        const Ends ends = endsOf<kSmall>(batch.numbers);
        const Floats scale = hn::Div(farthestEnd<kSmall>(batch.numbers, ends), floats(-kHalfCodes));
        const Factor factor(scale);
        put(factor.factor, batch.factors, 0);
        put(choose(factor.infinite, hn::Zero(FloatTag()), floats(kHalfCodes + 0.5F)), batch.bases, 0);
        hn::Store(batch.scale(scale), WordTag(), batch.heads);
        hn::Store(words(0), WordTag(), batch.fifth);
    }

    static HWY_INLINE Floats bytes(FlatBatch &batch, std::size_t block, std::size_t place)
    {
        return nibbles<PlainSymmetric>(batch, block, place);
    }

    static HWY_INLINE Floats code(const FlatBatch &batch, std::size_t block, std::size_t place)
    {
        const Floats exact = hn::Mul(numberOf(batch, block, place), floats(batch.factors[block]));
        const Floats raised = hn::Add(exact, floats(batch.bases[block]));
        return hn::Trunc(lesser(floats(2 * kHalfCodes - 1), raised)); // in this order it keeps what is none
    }
};

template <std::int32_t kHalfCodes> struct WeighedSymmetric {
    static constexpr bool kFive = kHalfCodes == 16;
    static constexpr std::size_t kNumbers = kSmall;
    static constexpr std::size_t kWords = kFive ? 5 : 4;
    static constexpr HalfPlace kHalf = HalfPlace::First;
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
        into.putHalf(into.scale(fit.scale));
        if constexpr (kFive)
            into.put(0, fifthBits(codes));
        putNibbles(codes, kFive ? 1 : 0, into);
    }
};

// Codes from 0 to kMost: 15 (four bits) or 31 (five).
template <std::int32_t kMost> struct PlainAffine {
    static constexpr bool kFifth = kMost == 31;
    static constexpr std::size_t kNumbers = kSmall;
    static constexpr std::size_t kHead = 4;
    static constexpr std::size_t kBytes = kSmall / 2;

    static HWY_INLINE void measure(FlatBatch &batch)
    {
        const Ends ends = endsOf<kSmall>(batch.numbers);
        // Where the least is a zero, its sign is the first one's.
        const Mask zero = hn::Eq(ends.least, hn::Zero(FloatTag()));
        const Floats low = none(zero) ? ends.least : firstAsFar<kSmall>(batch.numbers, zero, ends.least);
        const Floats high = choose(hn::Eq(ends.greatest, low), low, ends.greatest);
        const Floats scale = hn::Div(hn::Sub(high, low), floats(kMost));
        put(Factor(scale).factor, batch.factors, 0);
        put(low, batch.bases, 0);
        hn::Store(hn::Or(batch.scale(scale), hn::ShiftLeft<16>(batch.scale(low))), WordTag(), batch.heads);
        hn::Store(words(0), WordTag(), batch.fifth);
    }

    static HWY_INLINE Floats bytes(FlatBatch &batch, std::size_t block, std::size_t place)
    {
        return nibbles<PlainAffine>(batch, block, place);
    }

    static HWY_INLINE Floats code(const FlatBatch &batch, std::size_t block, std::size_t place)
    {
        const Floats above = hn::Sub(numberOf(batch, block, place), floats(batch.bases[block]));
        return hn::Trunc(hn::Add(hn::Mul(above, floats(batch.factors[block])), floats(0.5F)));
    }
};

template <std::int32_t kMost> struct WeighedAffine {
    static constexpr bool kFive = kMost == 31;
    static constexpr std::size_t kNumbers = kSmall;
    static constexpr std::size_t kWords = kFive ? 6 : 5;
    static constexpr HalfPlace kHalf = HalfPlace::None;
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
        const Words first = into.scale(fit[0].scale);
        into.put(0, hn::Or(first, hn::ShiftLeft<16>(into.scale(fit[0].offset))));
        if constexpr (kFive)
            into.put(1, fifthBits(codes));
        putNibbles(codes, kFive ? 2 : 1, into);
    }
};

template <class Plain, class Weighed> bool encodeSmall(const BlockJob &job)
{
    return job.importance == nullptr ? encodeFlat<Plain>(job) : encodeBlocks<Weighed>(job);
}

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
