// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// IQ4_NL: 32 numbers in 18 bytes. A scale, 4 bits a number.
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/iq4_nl.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/nonlinear_search-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

template <bool kWithImportance> struct KernelIQ4NL {
    static constexpr std::size_t kNumbers = kThirtyTwo;
    static constexpr std::size_t kWords = 4;
    static constexpr HalfPlace kHalf = HalfPlace::First;
    static constexpr bool kImportance = kWithImportance;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        const Floats scale = searchNonlinear<kNumbers>(tile.numbers, kImportance ? tile.importance : nullptr,
                                                       sumOfSquares<kNumbers>(tile.numbers));
        into.putHalf(into.scale(scale));
        putCodes(tile.numbers, inverse(scale), 0, into);
    }
};

bool encodeTarget(const BlockJob &job)
{
    return encodeEither<KernelIQ4NL<false>, KernelIQ4NL<true>>(job);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(encodeTarget);

bool encodeIQ4_NL(const BlockJob &job)
{
    return HWY_DYNAMIC_DISPATCH(encodeTarget)(job);
}

} // namespace snug::quant::simd
#endif
