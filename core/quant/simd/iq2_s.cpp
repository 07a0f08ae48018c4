// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// IQ2_S: 256 numbers in 82 bytes. A scale, 32 places in a grid of 1024 (their upper two bits behind the
// signs), the signs of all numbers, four bits a sub-block.
#include "core/quant/simd/grid_job.h"
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/iq2_s.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/grid_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

struct TypeIQ2S {
    static constexpr std::size_t kNumbers = 16;
    static constexpr std::size_t kCodes = 8;
    static constexpr int kBits = 2;
    static constexpr std::int32_t kMost = 2;
    static constexpr int kSteps = 9;
    static constexpr float kStep = 0.1F;
    static constexpr Again kAgain = Again::Moved;
    static constexpr bool kEvenSigns = false;
    static constexpr float kNothing = 1e-8F;
    static constexpr float kVariance = 2;
    static constexpr float kPlainVariance = 0.25F;
    static constexpr float kFudge = 0.9875F;
    static constexpr bool kKeepsPoints = true;
    static constexpr bool kPositiveStart = false;
    static constexpr std::size_t kWords = 20;

    static const GridShape &shape() { return kGridIQ2_S; }

    static HWY_INLINE void write(GridBlock<TypeIQ2S> &block, BlockWords<kWords> &into)
    {
        for (std::size_t k = 0; k < 32; k += 4) {
            into.put(k / 4, fourLowBytes(block.places + k));
            into.put(8 + k / 4, fourLowBytes(block.signs + k));
        }
        for (std::size_t half = 0; half < 2; ++half) {
            into.put(16 + half, highBits<2>(block.places + 16 * half));
            into.put(18 + half, eightScales(block.scales + 8 * half));
        }
    }
};

bool encodeTarget(const BlockJob &job)
{
    return encodeEither<GridKernel<TypeIQ2S, false>, GridKernel<TypeIQ2S, true>>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeIQ2_S(const BlockJob &job)
{
    return canBeSearched(job) && HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
