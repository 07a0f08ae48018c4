// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// The search for the scale of a sub-block that loses least, as the engine makes it: codes reach from -kHalf
// to kHalf - 1, and the number that is farthest from 0 gets a code of about -kHalf. 18 scales around that one
// give codes, and those give the scale of the least weighed squares.
#if defined(SNUG_QUANT_SIMD_SCALE_SEARCH) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_SCALE_SEARCH
#undef SNUG_QUANT_SIMD_SCALE_SEARCH
#else
#define SNUG_QUANT_SIMD_SCALE_SEARCH
#endif

#include "core/quant/simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

struct ScaleFit {
    Floats scale;
    Floats factor; // what made the codes that won
    Mask empty;    // nothing but zeros, or so little that the engine takes it for zeros
};

// The code of a number before the scale of the whole block was known, made positive by adding kHalf.
HWY_INLINE Ints firstCode(const ScaleFit &fit, Floats number, std::int32_t half)
{
    const Ints code = hn::Add(clamped(nearest(hn::Mul(fit.factor, number)), -half, half - 1), ints(half));
    return hn::IfThenZeroElse(hn::RebindMask(IntTag(), fit.empty), code);
}

// kTogether sub-blocks at once: the sums of one wait for one another, those of two do not.
template <std::size_t kNumbers, std::int32_t kHalf, std::size_t kTogether> class ScaleSearch {
public:
    // `weighed`: weight times number.
    HWY_INLINE ScaleSearch(const float *numbers, const float *weights, const float *weighed)
        : m_numbers(numbers), m_weights(weights), m_weighed(weighed)
    {
        for (std::size_t s = 0; s < kTogether; ++s)
            start(s);
    }

    // `fits`: one for each sub-block.
    HWY_INLINE void run(ScaleFit *fits)
    {
        const Floats zero = hn::Zero(FloatTag());
        tryLength(static_cast<float>(-kHalf));
        for (std::size_t s = 0; s < kTogether; ++s) {
            m_scale[s] = choose(hn::Eq(m_squares[s], zero), zero, hn::Div(m_products[s], m_squares[s]));
            m_best[s] = hn::Mul(m_scale[s], m_products[s]);
            m_keptFactor[s] = m_factor[s];
        }
        for (int step = -9; step <= 9; ++step) {
            if (step == 0)
                continue;
            tryLength(-(kHalf + 0.1F * static_cast<float>(step)));
            for (std::size_t s = 0; s < kTogether; ++s)
                keepBetter(s);
        }
        for (std::size_t s = 0; s < kTogether; ++s)
            fits[s] = {choose(m_empty[s], zero, m_scale[s]), m_keptFactor[s], m_empty[s]};
    }

private:
    HWY_INLINE void start(std::size_t s)
    {
        const Floats zero = hn::Zero(FloatTag());
        const std::size_t first = s * kNumbers;
        Floats farthest = zero;
        Floats distance = zero;
        m_low[s] = m_high[s] = at(m_numbers, first);
        for (std::size_t i = first; i < first + kNumbers; ++i) {
            const Floats number = at(m_numbers, i);
            const Mask farther = hn::Gt(hn::Abs(number), distance);
            distance = choose(farther, hn::Abs(number), distance);
            farthest = choose(farther, number, farthest);
            m_low[s] = lesser(number, m_low[s]);
            m_high[s] = greater(number, m_high[s]);
        }
        m_empty[s] = hn::Lt(distance, floats(1e-15F));
        m_farthest[s] = choose(m_empty[s], floats(1.0F), farthest);
    }

    HWY_INLINE void keepBetter(std::size_t s)
    {
        const Mask better = both(hn::Gt(m_squares[s], hn::Zero(FloatTag())),
                                 hn::Gt(square(m_products[s]), hn::Mul(m_best[s], m_squares[s])));
        if (none(better))
            return;
        m_scale[s] = choose(better, hn::Div(m_products[s], m_squares[s]), m_scale[s]);
        m_best[s] = choose(better, hn::Mul(m_scale[s], m_products[s]), m_best[s]);
        m_keptFactor[s] = choose(better, m_factor[s], m_keptFactor[s]);
    }

    HWY_INLINE void tryLength(float length)
    {
        Mask free = hn::Eq(m_low[0], m_low[0]);
        for (std::size_t s = 0; s < kTogether; ++s) {
            m_factor[s] = hn::Div(floats(length), m_farthest[s]);
            for (const Floats number : {m_low[s], m_high[s]}) {
                const Floats code = rounded(hn::Mul(m_factor[s], number));
                free = both(free, both(hn::Ge(code, floats(-kHalf)), hn::Le(code, floats(kHalf - 1))));
            }
        }
        if (all(free))
            sum<false>();
        else
            sum<true>();
    }

    // No number is farther than the farthest, so no code is beyond what rounded() takes. Where no code leaves
    // its range, no code needs to be cut.
    template <bool kCut> HWY_INLINE void sum()
    {
        Floats products[kTogether];
        Floats squares[kTogether];
        Floats factor[kTogether];
        for (std::size_t s = 0; s < kTogether; ++s) {
            products[s] = squares[s] = hn::Zero(FloatTag());
            factor[s] = m_factor[s];
        }
        for (std::size_t i = 0; i < kNumbers; ++i) {
            for (std::size_t s = 0; s < kTogether; ++s) {
                const std::size_t place = s * kNumbers + i;
                Floats code = rounded(hn::Mul(factor[s], at(m_numbers, place)));
                if constexpr (kCut)
                    code = hn::Max(floats(-kHalf), hn::Min(floats(kHalf - 1), code));
                products[s] = hn::Add(products[s], hn::Mul(at(m_weighed, place), code));
                squares[s] = hn::Add(squares[s], hn::Mul(hn::Mul(at(m_weights, place), code), code));
            }
        }
        for (std::size_t s = 0; s < kTogether; ++s) {
            m_products[s] = products[s];
            m_squares[s] = squares[s];
        }
    }

    const float *m_numbers;
    const float *m_weights;
    const float *m_weighed;
    // Of the numbers.
    Floats m_low[kTogether];
    Floats m_high[kTogether];
    Floats m_farthest[kTogether];
    Mask m_empty[kTogether];
    // Of a step.
    Floats m_factor[kTogether];
    Floats m_products[kTogether]; // of weights, numbers and codes: their sum
    Floats m_squares[kTogether];  // of weights and codes twice
    // The best so far.
    Floats m_scale[kTogether];
    Floats m_best[kTogether];
    Floats m_keptFactor[kTogether];
};

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
