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
    static constexpr bool kFifth = false;
    static constexpr std::size_t kNumbers = kSmall;
    static constexpr std::size_t kHead = 2;
    static constexpr std::size_t kBytes = kSmall;

    static HWY_INLINE void measure(FlatBatch &batch)
    {
        const Floats scale = hn::Div(distanceOf(endsOf<kSmall>(batch.numbers)), floats(127.0F));
        put(Factor(scale).factor, batch.factors, 0);
        hn::Store(batch.scale(scale), WordTag(), batch.heads);
    }

    static HWY_INLINE Floats bytes(FlatBatch &batch, std::size_t block, std::size_t place)
    {
        return roundedAway(hn::Mul(numberOf(batch, block, place), floats(batch.factors[block])));
    }
};

// Importance changes nothing.
bool encodeTarget(const BlockJob &job)
{
    return encodeFlat<KernelQ8_0>(job);
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
