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

template <std::size_t kNumbers, std::int32_t kHalf> class MovingSearch {
public:
    HWY_INLINE explicit MovingSearch(const float *numbers) : m_numbers(numbers)
    {
        const Farthest farthest = farthestOf<kNumbers>(numbers);
        m_empty = farthest.isNothing();
        const Floats factor = hn::Div(floats(-kHalf), choose(m_empty, floats(1.0F), farthest.number));
        m_products = m_squares = hn::Zero(FloatTag());
        for (std::size_t i = 0; i < kNumbers; ++i) {
            const Floats number = at(numbers, i);
            const Floats weight = square(number);
            const Floats code = cut(hn::Mul(factor, number));
            put(code, m_codes, i);
            put(hn::Mul(weight, number), m_weighed, i);
            m_products = hn::Add(m_products, hn::Mul(hn::Mul(weight, number), code));
            m_squares = hn::Add(m_squares, hn::Mul(hn::Mul(weight, code), code));
        }
        // Codes move only where this is positive.
        m_products = hn::IfThenZeroElse(m_empty, m_products);
    }

    // The scale. `codes`: one for each number, made positive by adding kHalf.
    HWY_INLINE Floats run(Ints *codes)
    {
        for (int round = 0; round < 5 && moveCodes(); ++round) {
        }
        for (std::size_t i = 0; i < kNumbers; ++i) {
            const Ints code = hn::Add(hn::ConvertTo(IntTag(), at(m_codes, i)), ints(kHalf));
            codes[i] = hn::IfThenZeroElse(hn::RebindMask(IntTag(), m_empty), code);
        }
        const Floats zero = hn::Zero(FloatTag());
        const Mask some = hn::AndNot(m_empty, hn::Gt(m_squares, zero));
        return choose(some, hn::Div(m_products, m_squares), zero);
    }

private:
    static HWY_INLINE Floats cut(Floats exact)
    {
        return floatsOf(clamped(nearest(exact), -kHalf, kHalf - 1));
    }

    // Whether a code changed.
    HWY_INLINE bool moveCodes()
    {
        bool changed = false;
        for (std::size_t i = 0; i < kNumbers; ++i) {
            const Floats number = at(m_numbers, i);
            const Floats code = at(m_codes, i);
            const Floats products = hn::Sub(m_products, hn::Mul(at(m_weighed, i), code));
            const Floats squares = hn::Sub(m_squares, hn::Mul(hn::Mul(square(number), code), code));
            // The code would become number * squares / products, rounded. Most are so near to that already
            // that no rounding on the way can matter, and need no division.
            const Floats wanted = hn::Mul(number, squares);
            const Floats far = hn::Abs(hn::Sub(wanted, hn::Mul(code, products)));
            const Mask stays = hn::Lt(far, hn::Mul(products, floats(0.499F)));
            const Mask moves = hn::AndNot(stays, hn::Gt(products, hn::Zero(FloatTag())));
            if (!none(moves))
                changed = moveCode(i, products, squares, cut(hn::Div(wanted, products)), moves) || changed;
        }
        return changed;
    }

    // `products`, `squares`: without that code. Whether it changed.
    HWY_INLINE bool moveCode(std::size_t i, Floats products, Floats squares, Floats moved, Mask moves)
    {
        const Floats code = at(m_codes, i);
        const Floats newProducts = hn::Add(products, hn::Mul(at(m_weighed, i), moved));
        const Floats newSquares = hn::Add(squares, hn::Mul(hn::Mul(square(at(m_numbers, i)), moved), moved));
        Mask better = both(both(moves, hn::Ne(moved, code)), hn::Gt(newSquares, hn::Zero(FloatTag())));
        better = both(
            better, hn::Gt(hn::Mul(square(newProducts), m_squares), hn::Mul(square(m_products), newSquares)));
        put(choose(better, moved, code), m_codes, i);
        m_products = choose(better, newProducts, m_products);
        m_squares = choose(better, newSquares, m_squares);
        return !none(better);
    }

    const float *m_numbers;
    HWY_ALIGN_MAX float m_codes[kNumbers * kLanes];
    HWY_ALIGN_MAX float m_weighed[kNumbers * kLanes]; // the numbers' third powers: squares are the weights
    Mask m_empty;
    Floats m_products; // of weights, numbers and codes: their sum
    Floats m_squares;  // of weights and codes twice
};

// Not inlined: it is much code, and its callers have loops.
template <std::size_t kNumbers, std::int32_t kHalf>
HWY_NOINLINE Floats searchMoving(const float *numbers, Ints *codes)
{
    return MovingSearch<kNumbers, kHalf>(numbers).run(codes);
}

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
