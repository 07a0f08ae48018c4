// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// What Q2_K and Q3_K have in common: 16 sub-blocks of 16 numbers, two bits a number in planes of 32 bytes.
#if defined(SNUG_QUANT_SIMD_SIXTEENS) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_SIXTEENS
#undef SNUG_QUANT_SIMD_SIXTEENS
#else
#define SNUG_QUANT_SIMD_SIXTEENS
#endif

#include "core/quant/simd/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

constexpr std::size_t kSixteen = 16; // sub-blocks, and numbers of each
constexpr std::size_t kSixteens = kSixteen * kSixteen;

// Where a sub-block begins in a tile.
HWY_INLINE std::size_t beginOf(std::size_t subBlock)
{
    return subBlock * kSixteen * kLanes;
}

// All codes of a block, four to a word.
HWY_INLINE void putBytes(const Ints *codes, Words *bytes)
{
    for (std::size_t i = 0; i < kSixteens / 4; ++i)
        bytes[i] = fourBytes(codes + 4 * i);
}

// The lower two bits of each code. A byte holds those of four numbers that are 32 apart.
template <std::size_t kWords>
HWY_INLINE void putPairs(const Words *bytes, std::size_t place, BlockWords<kWords> &into)
{
    const Words two = words(0x03030303);
    for (std::size_t half = 0; half < 2; ++half) {
        for (std::size_t i = 0; i < 32; i += 4) {
            const Words *from = bytes + half * 32 + i / 4;
            const Words low = hn::Or(hn::And(from[0], two), hn::ShiftLeft<2>(hn::And(from[8], two)));
            const Words high = hn::Or(hn::And(from[16], two), hn::ShiftLeft<2>(hn::And(from[24], two)));
            into.put(place + half * 8 + i / 4, hn::Or(low, hn::ShiftLeft<4>(high)));
        }
    }
}

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
