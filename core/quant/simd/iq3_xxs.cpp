// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// IQ3_XXS: 256 numbers in 98 bytes. A scale, 64 places in a grid of 256, and for each sub-block the signs of
// its numbers and four bits of a scale.
#include "core/quant/simd/grid_job.h"
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/iq3_xxs.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/grid_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

struct TypeIQ3XXS {
    static constexpr std::size_t kNumbers = 32;
    static constexpr std::size_t kCodes = 4;
    static constexpr int kBits = 3;
    static constexpr std::int32_t kMost = 7;
    static constexpr int kSteps = 15;
    static constexpr float kStep = 0.2F;
    static constexpr Again kAgain = Again::Moved;
    static constexpr bool kEvenSigns = true;
    static constexpr float kNothing = 1e-8F;
    static constexpr float kVariance = 2;
    static constexpr float kPlainVariance = 0;
    static constexpr float kFudge = 1.0125F;
    static constexpr bool kKeepsPoints = false;
    static constexpr bool kPositiveStart = false;
    static constexpr std::size_t kWords = 24;

    static const GridShape &shape() { return kGridIQ3_XXS; }

    static HWY_INLINE void write(GridBlock<TypeIQ3XXS> &block, BlockWords<kWords> &into)
    {
        for (std::size_t k = 0; k < 64; k += 4)
            into.put(k / 4, fourLowBytes(block.places + k));
        for (std::size_t s = 0; s < 8; ++s)
            into.put(16 + s, signsAndScale(block.signs + 4 * s, block.scales[s]));
    }
};

bool encodeTarget(const BlockJob &job)
{
    return encodeEither<GridKernel<TypeIQ3XXS, false>, GridKernel<TypeIQ3XXS, true>>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeIQ3_XXS(const BlockJob &job)
{
    return canBeSearched(job) && HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
