// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// How the engine finds the scale of a sub-block of Q3_K without importance: codes reach from -kHalf to kHalf
// - 1; the number that is farthest from 0 gets -kHalf; then one code after the other is moved as long as that
// helps, five times at most.
#if defined(SNUG_QUANT_SIMD_MOVING_SEARCH) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_MOVING_SEARCH
#undef SNUG_QUANT_SIMD_MOVING_SEARCH
#else
#define SNUG_QUANT_SIMD_MOVING_SEARCH
#endif

#include "core/quant/simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

// kTogether sub-blocks at once: each number of one waits for the one before it, those of four do not.
template <std::size_t kNumbers, std::int32_t kHalf, std::size_t kTogether> class MovingSearch {
public:
    // `codes`: of all numbers; they become the codes, made positive by adding kHalf.
    HWY_INLINE MovingSearch(const float *numbers, Ints *codes) : m_numbers(numbers), m_codes(codes)
    {
        for (std::size_t s = 0; s < kTogether; ++s)
            start(s);
    }

    // `scales`: one for each sub-block.
    HWY_INLINE void run(Floats *scales)
    {
        if (moveCodes<false>()) {
            for (int round = 1; round < 5 && moveCodes<true>(); ++round) {
            }
        }
        const Floats zero = hn::Zero(FloatTag());
        for (std::size_t s = 0; s < kTogether; ++s) {
            const Mask some = hn::AndNot(m_empty[s], hn::Gt(m_squares[s], zero));
            scales[s] = choose(some, hn::Div(m_products[s], m_squares[s]), zero);
            for (std::size_t i = s * kNumbers; i < (s + 1) * kNumbers; ++i) {
                const Ints code = hn::Add(m_codes[i], ints(kHalf));
                m_codes[i] = hn::IfThenZeroElse(hn::RebindMask(IntTag(), m_empty[s]), code);
            }
        }
    }

private:
    HWY_INLINE void start(std::size_t s)
    {
        const std::size_t first = s * kNumbers;
        const Farthest farthest = farthestOf<kNumbers>(m_numbers + first * kLanes);
        m_empty[s] = farthest.isNothing();
        const Floats factor = hn::Div(floats(-kHalf), choose(m_empty[s], floats(1.0F), farthest.number));
        m_products[s] = m_squares[s] = hn::Zero(FloatTag());
        for (std::size_t i = first; i < first + kNumbers; ++i) {
            const Floats number = at(m_numbers, i);
            m_codes[i] = clamped(nearest(hn::Mul(factor, number)), -kHalf, kHalf - 1);
            const Floats code = floatsOf(m_codes[i]);
            const Floats weight = square(number);
            m_products[s] = hn::Add(m_products[s], hn::Mul(hn::Mul(weight, number), code));
            m_squares[s] = hn::Add(m_squares[s], hn::Mul(hn::Mul(weight, code), code));
        }
        // Codes move only where this is positive.
        m_products[s] = hn::IfThenZeroElse(m_empty[s], m_products[s]);
    }

    // Whether a code changed. kRarely: that most are expected to stay.
    template <bool kRarely> HWY_INLINE bool moveCodes()
    {
        Mask changed = hn::Lt(m_products[0], m_products[0]);
        for (std::size_t i = 0; i < kNumbers; ++i) {
            for (std::size_t s = 0; s < kTogether; ++s)
                changed = hn::Or(changed, moveCode<kRarely>(s, s * kNumbers + i));
        }
        return !none(changed);
    }

    template <bool kRarely> HWY_INLINE Mask moveCode(std::size_t s, std::size_t place)
    {
        const Floats zero = hn::Zero(FloatTag());
        const Floats number = at(m_numbers, place);
        const Floats weight = square(number);
        const Floats weighed = hn::Mul(weight, number);
        const Floats code = floatsOf(m_codes[place]);
        const Floats products = hn::Sub(m_products[s], hn::Mul(weighed, code));
        const Floats squares = hn::Sub(m_squares[s], hn::Mul(hn::Mul(weight, code), code));
        const Ints other = clamped(nearest(hn::Div(hn::Mul(number, squares), products)), -kHalf, kHalf - 1);
        const Floats moved = floatsOf(other);
        Mask better = both(hn::Gt(products, zero), hn::Ne(moved, code));
        if (kRarely && none(better))
            return better;
        const Floats newProducts = hn::Add(products, hn::Mul(weighed, moved));
        const Floats newSquares = hn::Add(squares, hn::Mul(hn::Mul(weight, moved), moved));
        better = both(better, hn::Gt(newSquares, zero));
        better = both(better, hn::Gt(hn::Mul(square(newProducts), m_squares[s]),
                                     hn::Mul(square(m_products[s]), newSquares)));
        m_codes[place] = hn::IfThenElse(hn::RebindMask(IntTag(), better), other, m_codes[place]);
        m_products[s] = choose(better, newProducts, m_products[s]);
        m_squares[s] = choose(better, newSquares, m_squares[s]);
        return better;
    }

    const float *m_numbers;
    Ints *m_codes;
    Mask m_empty[kTogether];
    Floats m_products[kTogether]; // of weights, numbers and codes: their sum
    Floats m_squares[kTogether];  // of weights and codes twice
};

// Not inlined: it is much code, and its callers have loops.
template <std::size_t kNumbers, std::int32_t kHalf, std::size_t kTogether>
HWY_NOINLINE void searchMoving(const float *numbers, Ints *codes, Floats *scales)
{
    MovingSearch<kNumbers, kHalf, kTogether>(numbers, codes).run(scales);
}

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
