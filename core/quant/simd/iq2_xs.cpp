// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// IQ2_XS: 256 numbers in 74 bytes. A scale, 32 places in a grid of 512, each beside the signs of its numbers,
// four bits a sub-block.
#include "core/quant/simd/grid_job.h"
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/iq2_xs.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/grid_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

struct TypeIQ2XS {
    static constexpr std::size_t kNumbers = 16;
    static constexpr std::size_t kCodes = 8;
    static constexpr int kBits = 2;
    static constexpr std::int32_t kMost = 2;
    static constexpr int kSteps = 9;
    static constexpr float kStep = 0.1F;
    static constexpr Again kAgain = Again::Moved;
    static constexpr bool kEvenSigns = true;
    static constexpr float kNothing = 1e-15F;
    static constexpr float kVariance = 1;
    static constexpr float kFudge = 1;
    static constexpr bool kKeepsPoints = false;
    static constexpr bool kPositiveStart = false;
    static constexpr std::size_t kWords = 18;

    static const GridShape &shape() { return kGridIQ2_XS; }

    static HWY_INLINE void write(GridBlock<TypeIQ2XS> &block, BlockWords<kWords> &into)
    {
        for (std::size_t k = 0; k < 32; k += 2) {
            const Words first = hn::Or(block.places[k], hn::ShiftLeft<9>(block.signs[k]));
            const Words last = hn::Or(block.places[k + 1], hn::ShiftLeft<9>(block.signs[k + 1]));
            into.put(k / 2, hn::Or(first, hn::ShiftLeft<16>(last)));
        }
        for (std::size_t half = 0; half < 2; ++half)
            into.put(16 + half, eightScales(block.scales + 8 * half));
    }
};

bool encodeTarget(const BlockJob &job)
{
    return encodeBlocks<GridKernel<TypeIQ2XS, true>>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeIQ2_XS(const BlockJob &job)
{
    return job.importance != nullptr && canBeSearched(job) && HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
