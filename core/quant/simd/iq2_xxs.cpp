// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// IQ2_XXS: 256 numbers in 66 bytes. A scale, and for each sub-block 4 places in a grid of 256, the signs of
// its numbers and four bits of a scale.
#include "core/quant/simd/grid_job.h"
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/iq2_xxs.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/grid_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

struct TypeIQ2XXS {
    static constexpr std::size_t kNumbers = 32;
    static constexpr std::size_t kCodes = 8;
    static constexpr int kBits = 2;
    static constexpr std::int32_t kMost = 2;
    static constexpr int kSteps = 6;
    static constexpr float kStep = 0.1F;
    static constexpr Again kAgain = Again::All;
    static constexpr bool kEvenSigns = true;
    static constexpr float kNothing = 1e-15F;
    static constexpr float kVariance = 1;
    static constexpr float kFudge = 1;
    static constexpr bool kKeepsPoints = false;
    static constexpr bool kPositiveStart = true;
    static constexpr std::size_t kWords = 16;

    static const GridShape &shape() { return kGridIQ2_XXS; }

    static HWY_INLINE void write(GridBlock<TypeIQ2XXS> &block, BlockWords<kWords> &into)
    {
        for (std::size_t s = 0; s < 8; ++s) {
            into.put(2 * s, fourLowBytes(block.places + 4 * s));
            into.put(2 * s + 1, signsAndScale(block.signs + 4 * s, block.scales[s]));
        }
    }
};

bool encodeTarget(const BlockJob &job)
{
    return encodeBlocks<GridKernel<TypeIQ2XXS, true>>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeIQ2_XXS(const BlockJob &job)
{
    return job.importance != nullptr && canBeSearched(job) && HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
