// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// NVFP4: 64 numbers in 36 bytes. A scale of 8 bits for each 16 of them, 4 bits a number.
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/nvfp4.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/fp4_points-inl.h"
#include "core/quant/simd/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

constexpr std::size_t kSub = 16;

// A float of no sign, 4 bits of exponent and 3 of fraction.
struct SmallFloat {
    Words bits;
    Floats half; // of what it stands for

    HWY_INLINE explicit SmallFloat(Floats number)
    {
        const Words exact = hn::BitCast(WordTag(), hn::Min(number, floats(448.0F)));
        const Words third = hn::And(hn::ShiftRight<19>(exact), words(1)); // of 4 and 3 bits, the next one
        const Ints exponent = hn::Sub(hn::BitCast(IntTag(), hn::ShiftRight<20>(exact)), ints(120 * 8));
        const Ints rounded = hn::Add(exponent, hn::BitCast(IntTag(), third));
        const Ints normal = hn::IfThenElse(hn::Lt(rounded, ints(0x78)), rounded, ints(0x7E));
        const Floats raised = hn::Add(hn::Mul(number, floats(512.0F)), floats(0.5F));
        const Floats few = hn::Min(hn::Trunc(raised), floats(7.0F));
        const auto isSubnormal = hn::Lt(exponent, ints(8));
        bits = wordsOf(hn::IfThenElse(isSubnormal, hn::BitCast(IntTag(), lowBits(few, 7)), normal));
        const Ints halved = hn::ShiftLeft<20>(hn::Add(normal, ints((127 - 8) * 8)));
        half = choose(hn::RebindMask(FloatTag(), isSubnormal), hn::Mul(few, floats(0x1p-10F)),
                      hn::BitCast(FloatTag(), halved));
    }
};

struct KernelNVFP4 {
    static constexpr std::size_t kNumbers = 4 * kSub;
    static constexpr std::size_t kWords = 9;
    static constexpr HalfPlace kHalf = HalfPlace::None;
    static constexpr bool kImportance = false;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        Ints scales[4];
        for (std::size_t sub = 0; sub < 4; ++sub) {
            const float *const numbers = tile.numbers + sub * kSub * kLanes;
            const SmallFloat scale(hn::Div(farthestDistance<kSub>(numbers), floats(6.0F)));
            scales[sub] = hn::BitCast(IntTag(), scale.bits);
            for (std::size_t word = 0; word < 2; ++word)
                into.put(1 + 2 * sub + word, nibbles(numbers, 4 * word, scale.half));
        }
        into.put(0, fourBytes(scales));
    }

private:
    // Those from `first` on, and above them those 8 on.
    static HWY_INLINE Words nibbles(const float *numbers, std::size_t first, Floats unit)
    {
        Ints codes[4];
        for (std::size_t i = 0; i < 4; ++i) {
            const Floats low = nearestPoint(at(numbers, first + i), unit);
            const Floats high = nearestPoint(at(numbers, kSub / 2 + first + i), unit);
            codes[i] = hn::BitCast(IntTag(), lowBits(hn::Add(low, hn::Mul(high, floats(16))), 0xFF));
        }
        return fourBytes(codes);
    }
};

// Importance changes nothing.
bool encodeTarget(const BlockJob &job)
{
    return encodeBlocks<KernelNVFP4>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeNVFP4(const BlockJob &job)
{
    return HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
