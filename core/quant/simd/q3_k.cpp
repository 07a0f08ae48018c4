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

#include <type_traits>

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

constexpr std::int32_t kHalfCodes = 4;

// Without importance.
class PlainSearch {
public:
    HWY_INLINE explicit PlainSearch(const Tile<kSixteens> &tile) : m_search(tile) {}

    // The scale of a block, and 6 bits of each sub-block's; 32 is 0.
    HWY_INLINE Floats run(Ints *scales)
    {
        Floats fits[kSixteen];
        m_search.run(fits);
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

    // Those of the numbers that led to a sub-block's scale.
    HWY_INLINE void codesOf(std::size_t subBlock, Ints *codes) { m_search.codesOf(subBlock, codes); }

private:
    MovingSearch<kSixteen, kSixteen, kHalfCodes> m_search;
};

// With importance.
class WeighedSearch {
public:
    HWY_INLINE explicit WeighedSearch(const Tile<kSixteens> &tile) : m_tile(tile) {}

    HWY_INLINE Floats run(Ints *scales)
    {
        const Floats squares = sumOfSquares<kSixteens>(m_tile.numbers);
        const Floats variance = hn::Mul(hn::Mul(floats(2.0F), squares), floats(1.0F / kSixteens));
        HWY_ALIGN_MAX float weights[kSixteen * kLanes];
        HWY_ALIGN_MAX float weighed[kSixteen * kLanes];
        HWY_ALIGN_MAX float fits[kSixteen * kLanes];
        HWY_ALIGN_MAX float weightSums[kSixteen * kLanes];
        HWY_ALIGN_MAX float weighedFits[kSixteen * kLanes];
        for (std::size_t s = 0; s < kSixteen; ++s) {
            const float *numbers = m_tile.numbers + beginOf(s);
            const Floats sum =
                weighByImportance<kSixteen>(numbers, m_tile.importance + beginOf(s), variance, weights);
            for (std::size_t i = 0; i < kSixteen; ++i)
                put(hn::Mul(at(weights, i), at(numbers, i)), weighed, i);
            m_fits[s] = searchScale<kSixteen, kHalfCodes>(numbers, weights, weighed);
            put(m_fits[s].scale, fits, s);
            put(sum, weightSums, s);
            put(hn::Mul(sum, m_fits[s].scale), weighedFits, s);
        }
        const ScaleFit block = searchScale<kSixteen, 32, true>(fits, weightSums, weighedFits);
        for (std::size_t s = 0; s < kSixteen; ++s)
            scales[s] = firstCode(block, at(fits, s), 32);
        return block.scale;
    }

    HWY_INLINE void codesOf(std::size_t subBlock, Ints *codes) const
    {
        for (std::size_t i = 0; i < kSixteen; ++i)
            codes[i] = firstCode(m_fits[subBlock], at(m_tile.numbers + beginOf(subBlock), i), kHalfCodes);
    }

private:
    const Tile<kSixteens> &m_tile;
    ScaleFit m_fits[kSixteen];
};

template <bool kWithImportance> struct KernelQ3K {
    static constexpr std::size_t kNumbers = kSixteens;
    static constexpr std::size_t kWords = 27;
    static constexpr HalfPlace kHalf = HalfPlace::Last;
    static constexpr bool kImportance = kWithImportance;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        Search search(tile);
        Ints scales[kSixteen];
        const Words scale = into.scale(search.run(scales));
        into.putHalf(scale);
        Ints codes[kNumbers];
        for (std::size_t s = 0; s < kSixteen; ++s) {
            const Floats own = hn::Mul(fromHalf(scale), floatsOf(hn::Sub(scales[s], ints(32))));
            makeCodes(own, tile.numbers + beginOf(s), codes + s * kSixteen);
            keepCodes(own, search, s, codes + s * kSixteen);
        }
        Words bytes[kNumbers / 4];
        putBytes(codes, bytes);
        putThirdBits(bytes, into);
        putPairs(bytes, 8, into);
        putScales(scales, into);
    }

private:
    using Search = std::conditional_t<kImportance, WeighedSearch, PlainSearch>;

    // The last codes of a sub-block, now that its scale is known as it is stored.
    static HWY_INLINE void makeCodes(Floats scale, const float *numbers, Ints *codes)
    {
        for (std::size_t i = 0; i < kSixteen; ++i) {
            const Ints code = clamped(nearest(hn::Div(at(numbers, i), scale)), -kHalfCodes, kHalfCodes - 1);
            codes[i] = hn::Add(code, ints(kHalfCodes));
        }
    }

    // Where that is 0, those of the search stay.
    static HWY_INLINE void keepCodes(Floats scale, Search &search, std::size_t subBlock, Ints *codes)
    {
        const Mask zero = hn::Eq(scale, hn::Zero(FloatTag()));
        if (none(zero))
            return;
        Ints first[kSixteen];
        search.codesOf(subBlock, first);
        for (std::size_t i = 0; i < kSixteen; ++i)
            codes[i] = hn::IfThenElse(hn::RebindMask(IntTag(), zero), first[i], codes[i]);
    }

    // Those of numbers that are 32 apart share a byte, the first one's lowest.
    static HWY_INLINE void putThirdBits(const Words *bytes, BlockWords<kWords> &into)
    {
        for (std::size_t i = 0; i < 32; i += 4) {
            Words bits = hn::Zero(WordTag());
            for (std::size_t plane = 0; plane < 8; ++plane) {
                const Words third = hn::And(hn::ShiftRight<2>(bytes[8 * plane + i / 4]), words(0x01010101));
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
