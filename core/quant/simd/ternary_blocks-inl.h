// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// Blocks whose numbers become -1, 0 or 1 times the distance of the one that is farthest from 0.
#if defined(SNUG_QUANT_SIMD_TERNARY_BLOCKS) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_TERNARY_BLOCKS
#undef SNUG_QUANT_SIMD_TERNARY_BLOCKS
#else
#define SNUG_QUANT_SIMD_TERNARY_BLOCKS
#endif

#include "core/quant/simd/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

template <std::size_t kNumbers> class TernaryBlock {
public:
    HWY_INLINE explicit TernaryBlock(const float *numbers)
        : m_numbers(numbers), m_scale(farthestDistance<kNumbers>(numbers))
    {
    }

    [[nodiscard]] HWY_INLINE Floats scale() const { return m_scale; }

    // Where the scale is so small that no number can be divided by it.
    [[nodiscard]] HWY_INLINE Mask isTooSmall() const { return m_factor.infinite; }

    // One more than -1, 0 or 1.
    [[nodiscard]] HWY_INLINE Words code(std::size_t place) const
    {
        const Floats whole = roundedAway(hn::Mul(at(m_numbers, place), m_factor.factor));
        return lowBits(hn::Add(whole, floats(1)), 3);
    }

private:
    const float *m_numbers;
    Floats m_scale;
    Factor m_factor{m_scale};
};

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
