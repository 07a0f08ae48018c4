// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// What Q4_K and Q5_K have in common: 8 sub-blocks of 32, each with a scale and an offset of 6 bits.
#if defined(SNUG_QUANT_SIMD_AFFINE_BLOCKS) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_AFFINE_BLOCKS
#undef SNUG_QUANT_SIMD_AFFINE_BLOCKS
#else
#define SNUG_QUANT_SIMD_AFFINE_BLOCKS
#endif

#include "core/quant/simd/affine_search-inl.h"
#include "core/quant/simd/positive_search-inl.h"
#include "core/quant/simd/tile-inl.h"

#include <type_traits>

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

constexpr std::size_t kSubBlocks = 8;
constexpr std::size_t kSubNumbers = 32;

// The scales and offsets of a block, as they are stored: one of each as a half, and 12 bytes, low byte first.
struct BlockScales {
    Words ofScales;
    Words ofOffsets;
    Words first;  // 6 bits of scales 0 to 3, above them 2 of scales 4 to 7
    Words second; // the same of offsets
    Words third;  // 4 bits of scales 4 to 7, above them 4 of their offsets

    HWY_INLINE BlockScales()
        : ofScales(hn::Zero(WordTag()))
        , ofOffsets(ofScales)
        , first(ofScales)
        , second(ofScales)
        , third(ofScales)
    {
    }

    // `scale`, `offset`: bytes. More than 6 bits of them run into those above, as they do in the engine.
    HWY_INLINE void add(std::size_t place, Words scale, Words offset)
    {
        const int shift = shiftOf(place);
        if (place < 4) {
            first = hn::Or(first, hn::ShiftLeftSame(scale, shift));
            second = hn::Or(second, hn::ShiftLeftSame(offset, shift));
            return;
        }
        const Words lowBits = hn::Or(bits<0xF>(scale), hn::ShiftLeft<4>(bits<0xF>(offset)));
        first = hn::Or(first, hn::ShiftLeftSame(highBits(scale), shift));
        second = hn::Or(second, hn::ShiftLeftSame(highBits(offset), shift));
        third = hn::Or(third, hn::ShiftLeftSame(lowBits, shift));
    }

    [[nodiscard]] HWY_INLINE Words scale(std::size_t place) const { return taken(place, first, 0); }
    [[nodiscard]] HWY_INLINE Words offset(std::size_t place) const { return taken(place, second, 4); }

private:
    static HWY_INLINE int shiftOf(std::size_t place) { return static_cast<int>(8 * (place % 4)); }

    template <std::uint32_t kMask> static HWY_INLINE Words bits(Words number)
    {
        return hn::And(number, hn::Set(WordTag(), kMask));
    }

    static HWY_INLINE Words highBits(Words byte)
    {
        return bits<0xFF>(hn::ShiftLeft<6>(hn::ShiftRight<4>(byte)));
    }

    [[nodiscard]] HWY_INLINE Words taken(std::size_t place, Words sixBits, int nibble) const
    {
        const int shift = shiftOf(place);
        if (place < 4)
            return bits<0x3F>(hn::ShiftRightSame(sixBits, shift));
        const Words high = bits<0x3>(hn::ShiftRightSame(sixBits, shift + 6));
        return hn::Or(bits<0xF>(hn::ShiftRightSame(third, shift + nibble)), hn::ShiftLeft<4>(high));
    }
};

// The last codes of a sub-block, now that its scale is known as it is stored. Where that is 0, those of the
// search stay.
HWY_INLINE void makeCodes(const AffineFit &fit, Floats scale, Floats offset, const float *numbers,
                          std::int32_t most, Ints *codes)
{
    const Mask empty = hn::Eq(scale, hn::Zero(FloatTag()));
    for (std::size_t i = 0; i < kSubNumbers; ++i)
        codes[i] = clamped(nearest(hn::Div(hn::Add(at(numbers, i), offset), scale)), 0, most);
    if (none(empty))
        return;
    for (std::size_t i = 0; i < kSubNumbers; ++i)
        codes[i] =
            hn::IfThenElse(hn::RebindMask(IntTag(), empty), firstCode(fit, at(numbers, i), most), codes[i]);
}

HWY_INLINE void weighPlainly(const float *numbers, float *weights)
{
    const Floats mean = hn::Sqrt(hn::Mul(sumOfSquares<kSubNumbers>(numbers), floats(1.0F / kSubNumbers)));
    for (std::size_t i = 0; i < kSubNumbers; ++i)
        put(hn::Add(mean, hn::Abs(at(numbers, i))), weights, i);
}

// As bytes, then 63 at most.
HWY_INLINE Words sixBits(Ints number)
{
    return wordsOf(hn::Min(hn::And(number, ints(0xFF)), ints(63)));
}

// Q4_K and Q5_K. A Type is a struct with
//     kMost            the largest code
//     kWords           32-bit words of a block
//     Plain, Weighed   rules of AffineSearch, without and with importance
//     kSixBits         whether what importance made of scales is cut to 63
//     Codes            where codes go: add(pair of sub-blocks, codes, words), finish(words)
template <class Type, bool kWithImportance> struct AffineKernel {
    static constexpr std::size_t kNumbers = kSubBlocks * kSubNumbers;
    static constexpr std::size_t kWords = Type::kWords;
    static constexpr HalfPlace kHalf = HalfPlace::None;
    static constexpr bool kImportance = kWithImportance;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        AffineFit fits[kSubBlocks];
        Floats weightSums[kSubBlocks];
        search(tile, fits, weightSums);
        BlockScales scales;
        if constexpr (kImportance)
            searchScales(fits, weightSums, into, scales);
        else
            takeLargest(fits, into, scales);
        into.put(0, hn::Or(scales.ofScales, hn::ShiftLeft<16>(scales.ofOffsets)));
        into.put(1, scales.first);
        into.put(2, scales.second);
        into.put(3, scales.third);
        writeCodes(tile.numbers, fits, scales, into);
    }

private:
    static HWY_INLINE void search(const Tile<kNumbers> &tile, AffineFit *fits, Floats *weightSums)
    {
        using Rule = std::conditional_t<kImportance, typename Type::Weighed, typename Type::Plain>;
        HWY_ALIGN_MAX float weights[2 * kSubNumbers * kLanes];
        HWY_ALIGN_MAX float codes[2 * kSubNumbers * kLanes];
        Floats variance = hn::Zero(FloatTag());
        if constexpr (kImportance)
            variance =
                hn::Mul(hn::Mul(floats(2.0F), sumOfSquares<kNumbers>(tile.numbers)), floats(1.0F / kNumbers));
        for (std::size_t s = 0; s < kSubBlocks; s += 2) {
            const std::size_t first = s * kSubNumbers * kLanes;
            for (std::size_t k = 0; k < 2; ++k) {
                const std::size_t skip = k * kSubNumbers * kLanes;
                const float *numbers = tile.numbers + first + skip;
                if constexpr (kImportance)
                    weightSums[s + k] = weighByImportance<kSubNumbers>(
                        numbers, tile.importance + first + skip, variance, weights + skip);
                else
                    weighPlainly(numbers, weights + skip);
            }
            searchAffine<Rule, 2>(tile.numbers + first, weights, codes, fits + s);
        }
    }

    // As the largest scale and the largest offset need it.
    static HWY_INLINE void takeLargest(const AffineFit *fits, BlockWords<kWords> &into, BlockScales &scales)
    {
        const Floats zero = hn::Zero(FloatTag());
        Floats scale = zero;
        Floats offset = zero;
        for (std::size_t s = 0; s < kSubBlocks; ++s) {
            scale = greater(fits[s].scale, scale);
            offset = greater(hn::Neg(fits[s].offset), offset);
        }
        const Floats most = floats(63.0F);
        const Floats scaleFactor = choose(hn::Gt(scale, zero), hn::Div(most, scale), zero);
        const Floats offsetFactor = choose(hn::Gt(offset, zero), hn::Div(most, offset), zero);
        for (std::size_t s = 0; s < kSubBlocks; ++s) {
            scales.add(s, sixBits(nearest(hn::Mul(scaleFactor, fits[s].scale))),
                       sixBits(nearest(hn::Mul(offsetFactor, hn::Neg(fits[s].offset)))));
        }
        scales.ofScales = into.scale(hn::Div(scale, most));
        scales.ofOffsets = into.scale(hn::Div(offset, most));
    }

    static HWY_INLINE void searchScales(const AffineFit *fits, const Floats *weightSums,
                                        BlockWords<kWords> &into, BlockScales &scales)
    {
        Floats scale[kSubBlocks];
        Floats offset[kSubBlocks];
        for (std::size_t s = 0; s < kSubBlocks; ++s) {
            scale[s] = fits[s].scale;
            offset[s] = hn::Neg(fits[s].offset);
        }
        Words scaleCodes[kSubBlocks];
        Words offsetCodes[kSubBlocks];
        scales.ofScales = into.scale(PositiveSearch<kSubBlocks, 63>(scale, weightSums).run(scaleCodes));
        scales.ofOffsets = into.scale(PositiveSearch<kSubBlocks, 63>(offset, weightSums).run(offsetCodes));
        for (std::size_t s = 0; s < kSubBlocks; ++s) {
            if constexpr (Type::kSixBits)
                scales.add(s, sixBits(hn::BitCast(IntTag(), scaleCodes[s])),
                           sixBits(hn::BitCast(IntTag(), offsetCodes[s])));
            else
                scales.add(s, scaleCodes[s], offsetCodes[s]);
        }
    }

    static HWY_INLINE void writeCodes(const float *numbers, const AffineFit *fits, const BlockScales &scales,
                                      BlockWords<kWords> &into)
    {
        const Floats scale = fromHalf(scales.ofScales);
        const Floats offset = fromHalf(scales.ofOffsets);
        typename Type::Codes packed;
        for (std::size_t s = 0; s < kSubBlocks; s += 2) {
            Ints codes[2 * kSubNumbers];
            for (std::size_t k = s; k < s + 2; ++k) {
                makeCodes(fits[k], hn::Mul(scale, floatsOf(scales.scale(k))),
                          hn::Mul(offset, floatsOf(scales.offset(k))), numbers + k * kSubNumbers * kLanes,
                          Type::kMost, codes + (k - s) * kSubNumbers);
            }
            packed.add(s / 2, codes, into);
        }
        packed.finish(into);
    }
};

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
