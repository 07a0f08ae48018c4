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

// kExact: for numbers that may be none, as sums become that overflow.
template <std::size_t kNumbers, std::int32_t kHalf, bool kExact> class ScaleSearch {
public:
    // `weighed`: weight times number.
    HWY_INLINE ScaleSearch(const float *numbers, const float *weights, const float *weighed)
        : m_numbers(numbers), m_weights(weights), m_weighed(weighed)
    {
        const Farthest farthest =
            kExact ? farthestOf<kNumbers>(numbers) : farthestOfFinite<kNumbers>(numbers);
        m_empty = farthest.isNothing();
        m_farthest = choose(m_empty, floats(1.0F), farthest.number);
        m_low = m_high = at(numbers, 0);
        for (std::size_t i = 1; i < kNumbers; ++i) {
            m_low = lesser(at(numbers, i), m_low);
            m_high = greater(at(numbers, i), m_high);
        }
    }

    HWY_INLINE ScaleFit run()
    {
        const Floats zero = hn::Zero(FloatTag());
        const float first = 0.0F;
        tryScales<1>(&first);
        m_scale = choose(hn::Eq(m_squares[0], zero), zero, hn::Div(m_products[0], m_squares[0]));
        m_best = hn::Mul(m_scale, m_products[0]);
        m_keptFactor = m_factor[0];
        // Three at a time: the sums of one wait for one another, those of three do not.
        for (const int middle : {-8, -5, -2, 2, 5, 8}) {
            const auto step = static_cast<float>(middle);
            const float steps[3] = {0.1F * (step - 1), 0.1F * step, 0.1F * (step + 1)};
            tryScales<3>(steps);
            for (std::size_t k = 0; k < 3; ++k)
                keepBetter(k);
        }
        return {choose(m_empty, zero, m_scale), m_keptFactor, m_empty};
    }

private:
    HWY_INLINE void keepBetter(std::size_t k)
    {
        const Mask better = both(hn::Gt(m_squares[k], hn::Zero(FloatTag())),
                                 hn::Gt(square(m_products[k]), hn::Mul(m_best, m_squares[k])));
        if (none(better))
            return;
        m_scale = choose(better, hn::Div(m_products[k], m_squares[k]), m_scale);
        m_best = choose(better, hn::Mul(m_scale, m_products[k]), m_best);
        m_keptFactor = choose(better, m_factor[k], m_keptFactor);
    }

    // `beyond`: by how much the farthest number's code is to be beyond kHalf.
    template <std::size_t kCount> HWY_INLINE void tryScales(const float *beyond)
    {
        Mask free = hn::Eq(m_farthest, m_farthest);
        for (std::size_t k = 0; k < kCount; ++k) {
            m_factor[k] = hn::Div(floats(-(kHalf + beyond[k])), m_farthest);
            for (const Floats number : {m_low, m_high}) {
                const Floats code = rounded(hn::Mul(m_factor[k], number));
                free = both(free, both(hn::Ge(code, floats(-kHalf)), hn::Le(code, floats(kHalf - 1))));
            }
        }
        if (!kExact && all(free))
            sum<kCount, false>();
        else
            sum<kCount, true>();
    }

    // No number is farther than the farthest, so no code is beyond what rounded() takes. Where no code leaves
    // its range, none needs to be cut.
    template <bool kCut> static HWY_INLINE Floats codeOf(Floats exact)
    {
        if constexpr (kExact)
            return floatsOf(clamped(nearest(exact), -kHalf, kHalf - 1));
        const Floats code = rounded(exact);
        return kCut ? hn::Max(floats(-kHalf), hn::Min(floats(kHalf - 1), code)) : code;
    }

    template <std::size_t kCount, bool kCut> HWY_INLINE void sum()
    {
        Floats products[kCount];
        Floats squares[kCount];
        Floats factor[kCount];
        for (std::size_t k = 0; k < kCount; ++k) {
            products[k] = squares[k] = hn::Zero(FloatTag());
            factor[k] = m_factor[k];
        }
        for (std::size_t i = 0; i < kNumbers; ++i) {
            const Floats number = at(m_numbers, i);
            const Floats weight = at(m_weights, i);
            const Floats weighed = at(m_weighed, i);
            for (std::size_t k = 0; k < kCount; ++k) {
                const Floats code = codeOf<kCut>(hn::Mul(factor[k], number));
                products[k] = hn::Add(products[k], hn::Mul(weighed, code));
                squares[k] = hn::Add(squares[k], hn::Mul(hn::Mul(weight, code), code));
            }
        }
        for (std::size_t k = 0; k < kCount; ++k) {
            m_products[k] = products[k];
            m_squares[k] = squares[k];
        }
    }

    const float *m_numbers;
    const float *m_weights;
    const float *m_weighed;
    // Of the numbers.
    Floats m_low;
    Floats m_high;
    Floats m_farthest;
    Mask m_empty;
    // Of the scales that are tried.
    Floats m_factor[3];
    Floats m_products[3]; // of weights, numbers and codes: their sum
    Floats m_squares[3];  // of weights and codes twice
    // The best so far.
    Floats m_scale;
    Floats m_best;
    Floats m_keptFactor;
};

// Not inlined: it is much code, and its callers have loops.
template <std::size_t kNumbers, std::int32_t kHalf, bool kExact = false>
HWY_NOINLINE ScaleFit searchScale(const float *numbers, const float *weights, const float *weighed)
{
    return ScaleSearch<kNumbers, kHalf, kExact>(numbers, weights, weighed).run();
}

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
