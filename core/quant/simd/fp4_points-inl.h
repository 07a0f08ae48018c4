// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// The numbers of four bits that MXFP4 and NVFP4 store: a sign, and one of eight distances from 0.
#if defined(SNUG_QUANT_SIMD_FP4_POINTS) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_FP4_POINTS
#undef SNUG_QUANT_SIMD_FP4_POINTS
#else
#define SNUG_QUANT_SIMD_FP4_POINTS
#endif

#include "core/quant/simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

// The code of the number that is nearest, as a whole number; of two as near, the one nearer to 0. Distances
// are in halves of what the format says (1 stands for 0.5), so a unit is half a scale. What is no number
// remains none.
HWY_INLINE Floats nearestPoint(Floats number, Floats unit)
{
    constexpr float kDistances[] = {0, 1, 2, 3, 4, 6, 8, 12};
    const Floats distance = hn::Abs(number);
    Floats least = distance;
    Floats code = hn::Sub(number, number);
    for (int point = 1; point < 8; ++point) {
        const Floats error = hn::Abs(hn::Sub(hn::Mul(floats(kDistances[point]), unit), distance));
        const Mask nearer = hn::Lt(error, least);
        least = choose(nearer, error, least);
        code = choose(nearer, floats(static_cast<float>(point)), code);
    }
    const Floats zero = hn::Zero(FloatTag());
    const Mask negative = both(hn::Lt(number, zero), hn::Gt(code, zero));
    return choose(negative, hn::Add(code, floats(8)), code);
}

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
