// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// IQ3_S: 256 numbers in 110 bytes. A scale, 64 places in a grid of 512 (their ninth bits behind the others),
// the signs of all numbers, four bits a sub-block.
#include "core/quant/simd/grid_job.h"
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/iq3_s.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/grid_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

struct TypeIQ3S {
    static constexpr std::size_t kNumbers = 32;
    static constexpr std::size_t kCodes = 4;
    static constexpr int kBits = 3;
    static constexpr std::int32_t kMost = 7;
    static constexpr int kSteps = 9;
    static constexpr float kStep = 0.2F;
    static constexpr Again kAgain = Again::AllIfMoved;
    static constexpr bool kEvenSigns = false;
    static constexpr float kNothing = std::numeric_limits<float>::denorm_min();
    static constexpr float kVariance = 2;
    static constexpr float kPlainVariance = 0;
    static constexpr float kFudge = 1.033F;
    static constexpr bool kKeepsPoints = true;
    static constexpr bool kPositiveStart = false;
    static constexpr std::size_t kWords = 27;

    static const GridShape &shape() { return kGridIQ3_S; }

    static HWY_INLINE void write(GridBlock<TypeIQ3S> &block, BlockWords<kWords> &into)
    {
        for (std::size_t half = 0; half < 2; ++half)
            into.put(16 + half, highBits<1>(block.places + 32 * half));
        closeUp(block);
        for (std::size_t k = 0; k < 64; k += 4)
            into.put(k / 4, fourLowBytes(block.places + k));
        for (std::size_t k = 0; k < 32; k += 4)
            into.put(18 + k / 4, fourLowBytes(block.signs + k));
        into.put(26, eightScales(block.scales));
    }

private:
    // The engine leaves out the places and signs of a sub-block without anything in it, and no room for
    // them: those of the next one follow. Their ninth bits stay where they belong.
    static HWY_INLINE void closeUp(GridBlock<TypeIQ3S> &block)
    {
        for (std::size_t s = 8; s-- > 0;) {
            if (none(block.empty[s]))
                continue;
            const auto empty = hn::RebindMask(WordTag(), block.empty[s]);
            for (std::size_t k = 8 * s; k < 64; ++k) {
                const Words next = k + 8 < 64 ? block.places[k + 8] : hn::Zero(WordTag());
                block.places[k] = hn::IfThenElse(empty, next, block.places[k]);
            }
            for (std::size_t k = 4 * s; k < 32; ++k) {
                const Words next = k + 4 < 32 ? block.signs[k + 4] : hn::Zero(WordTag());
                block.signs[k] = hn::IfThenElse(empty, next, block.signs[k]);
            }
        }
    }
};

bool encodeTarget(const BlockJob &job)
{
    return encodeEither<GridKernel<TypeIQ3S, false>, GridKernel<TypeIQ3S, true>>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeIQ3_S(const BlockJob &job)
{
    return canBeSearched(job) && HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
