// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// Q8_0: 32 numbers in 34 bytes. A scale, a byte a number.
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/q8_0.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/small_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

struct KernelQ8_0 {
    static constexpr std::size_t kNumbers = kSmall;
    static constexpr std::size_t kWords = 8;
    static constexpr HalfPlace kHalf = HalfPlace::First;
    static constexpr bool kImportance = false;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        Floats distance = hn::Zero(FloatTag());
        for (std::size_t i = 0; i < kSmall; ++i)
            distance = hn::Max(hn::Abs(at(tile.numbers, i)), distance);
        const Floats scale = hn::Div(distance, floats(127.0F));
        const Floats factor = inverse(scale);
        into.putHalf(into.scale(scale));
        for (std::size_t i = 0; i < kSmall; i += 4) {
            Ints codes[4];
            for (std::size_t k = 0; k < 4; ++k)
                codes[k] = hn::And(awayFromZero(hn::Mul(at(tile.numbers, i + k), factor)), ints(0xFF));
            into.put(i / 4, fourBytes(codes));
        }
    }

private:
    // To the nearest, ties away from 0. The largest number below 0.5 is added, since 0.5 would lift that
    // number to 1.
    static HWY_INLINE Ints awayFromZero(Floats number)
    {
        return truncated(hn::Add(number, hn::CopySignToAbs(floats(0x1.fffffep-2F), number)));
    }
};

// Importance changes nothing.
bool encodeTarget(const BlockJob &job)
{
    return encodeBlocks<KernelQ8_0>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeQ8_0(const BlockJob &job)
{
    return HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
