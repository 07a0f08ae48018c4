// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// MXFP4: 32 numbers in 17 bytes. The exponent of a power of two, 4 bits a number.
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/mxfp4.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/fp4_points-inl.h"
#include "core/quant/simd/small_blocks-inl.h"

#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

struct KernelMXFP4 {
    static constexpr bool kFifth = false;
    static constexpr std::size_t kNumbers = kSmall;
    static constexpr std::size_t kHead = 1;
    static constexpr std::size_t kBytes = kSmall / 2;

    static HWY_INLINE void measure(FlatBatch &batch)
    {
        const Floats distance = distanceOf(endsOf<kSmall>(batch.numbers));
        const auto nothing = hn::RebindMask(IntTag(), hn::Eq(distance, hn::Zero(FloatTag())));
        // A byte, whatever it was.
        const Ints raised = hn::And(hn::Add(exponents(distance), ints(127 - 2)), ints(0xFF));
        const Ints stored = hn::IfThenZeroElse(nothing, raised);
        const Ints unit = hn::IfThenElse(hn::Lt(stored, ints(2)), hn::Add(stored, ints(1)),
                                         hn::ShiftLeft<2>(hn::Sub(stored, ints(1))));
        put(hn::BitCast(FloatTag(), hn::ShiftLeft<21>(unit)), batch.factors, 0);
        hn::Store(wordsOf(stored), WordTag(), batch.heads);
        batch.refuse(hn::Eq(stored, ints(0xFF))); // which stands for no number
    }

    static HWY_INLINE Floats bytes(FlatBatch &batch, std::size_t block, std::size_t place)
    {
        return nibbles<KernelMXFP4>(batch, block, place);
    }

    static HWY_INLINE Floats code(const FlatBatch &batch, std::size_t block, std::size_t place)
    {
        return nearestPoint(numberOf(batch, block, place), floats(batch.factors[block]));
    }

private:
    // floorf(log2f(distance)), which near a power of two may be that power's although the distance is less:
    // it is then for the C library to say.
    static HWY_INLINE Ints exponents(Floats distance)
    {
        const Ints bits = hn::BitCast(IntTag(), distance);
        const Ints fraction = hn::And(hn::Add(bits, ints(0x1000)), ints(0x007FFFFF));
        const auto near = hn::Lt(fraction, ints(0x2000));
        const auto subnormal = hn::Lt(bits, ints(0x00800000));
        const Ints plain = hn::Sub(hn::ShiftRight<23>(bits), ints(127));
        const Mask asked = hn::RebindMask(FloatTag(), hn::Or(near, subnormal));
        return none(asked) ? plain : askedFor(distance, plain, asked);
    }

    static HWY_NOINLINE Ints askedFor(Floats distance, Ints plain, Mask asked)
    {
        HWY_ALIGN_MAX float distances[kLanes];
        HWY_ALIGN_MAX std::int32_t found[kLanes];
        put(distance, distances, 0);
        hn::Store(plain, IntTag(), found);
        for (std::uint32_t left = bitsOf(asked); left != 0; left &= left - 1) {
            const std::size_t lane = hwy::Num0BitsBelowLS1Bit_Nonzero32(left);
            if (distances[lane] > 0 && std::isfinite(distances[lane]))
                found[lane] = static_cast<std::int32_t>(std::floor(std::log2(distances[lane])));
        }
        return hn::Load(IntTag(), found);
    }
};

// Importance changes nothing.
bool encodeTarget(const BlockJob &job)
{
    return encodeFlat<KernelMXFP4>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeMXFP4(const BlockJob &job)
{
    return HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
