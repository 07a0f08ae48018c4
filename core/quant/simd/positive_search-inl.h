// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// How the engine stores the scales of sub-blocks that have an importance: as codes from 0 to kMost of one
// scale, tried around the one that the largest needs, then each code moved as long as that helps.
#if defined(SNUG_QUANT_SIMD_POSITIVE_SEARCH) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_POSITIVE_SEARCH
#undef SNUG_QUANT_SIMD_POSITIVE_SEARCH
#else
#define SNUG_QUANT_SIMD_POSITIVE_SEARCH
#endif

#include "core/quant/simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

template <std::size_t kCount, std::int32_t kMost> class PositiveSearch {
public:
    // `weights`: one for each number; at least 0.
    HWY_INLINE PositiveSearch(const Floats *numbers, const Floats *weights)
        : m_numbers(numbers), m_weights(weights)
    {
        Floats most = hn::Zero(FloatTag());
        for (std::size_t i = 0; i < kCount; ++i)
            most = choose(hn::Gt(most, numbers[i]), most, numbers[i]);
        m_empty = hn::Lt(most, floats(1e-15F));
        m_most = choose(m_empty, floats(1.0F), most);
    }

    // The scale; `codes`: one for each number. They are bytes, as the engine keeps them: a number below 0
    // makes a code beyond kMost.
    HWY_INLINE Floats run(Words *codes)
    {
        start(chooseFactor());
        for (int round = 0; round < 5 && moveCodes(); ++round) {
        }
        const Floats zero = hn::Zero(FloatTag());
        for (std::size_t i = 0; i < kCount; ++i)
            codes[i] = wordsOf(hn::IfThenZeroElse(hn::RebindMask(IntTag(), m_empty), m_codes[i]));
        const Mask some = hn::AndNot(m_empty, hn::Gt(m_squares, zero));
        return choose(some, hn::Div(m_products, m_squares), zero);
    }

private:
    static HWY_INLINE Ints byteOf(Ints number) { return hn::And(number, ints(0xFF)); }

    static HWY_INLINE Ints codeOf(Floats exact) { return hn::Min(ints(kMost), nearest(exact)); }

    HWY_INLINE Floats lossOf(std::size_t i, Floats scale, Ints code) const
    {
        const Floats difference = hn::Sub(m_numbers[i], hn::Mul(scale, floatsOf(code)));
        return hn::Mul(hn::Mul(m_weights[i], difference), difference);
    }

    // By how much numbers are multiplied to become codes.
    HWY_INLINE Floats chooseFactor() const
    {
        Floats best = hn::Div(floats(kMost), m_most);
        const Floats scale = hn::Div(floats(1.0F), best);
        Floats leastLoss = hn::Zero(FloatTag());
        for (std::size_t i = 0; i < kCount; ++i)
            leastLoss = hn::Add(leastLoss, lossOf(i, scale, byteOf(nearest(hn::Mul(best, m_numbers[i])))));
        for (int step = -4; step <= 4; ++step) {
            if (step == 0)
                continue;
            const Floats factor = hn::Div(floats(0.1F * static_cast<float>(step) + kMost), m_most);
            const Floats tried = hn::Div(floats(1.0F), factor);
            Floats loss = hn::Zero(FloatTag());
            for (std::size_t i = 0; i < kCount; ++i)
                loss = hn::Add(loss, lossOf(i, tried, codeOf(hn::Mul(factor, m_numbers[i]))));
            const Mask better = hn::Lt(loss, leastLoss);
            leastLoss = choose(better, loss, leastLoss);
            best = choose(better, factor, best);
        }
        return best;
    }

    HWY_INLINE void start(Floats factor)
    {
        m_products = m_squares = hn::Zero(FloatTag());
        for (std::size_t i = 0; i < kCount; ++i) {
            const Ints code = codeOf(hn::Mul(factor, m_numbers[i]));
            m_codes[i] = byteOf(code);
            m_products = hn::Add(m_products, productOf(i, floatsOf(code)));
            m_squares = hn::Add(m_squares, squareOf(i, floatsOf(code)));
        }
    }

    HWY_INLINE Floats productOf(std::size_t i, Floats code) const
    {
        return hn::Mul(hn::Mul(m_weights[i], m_numbers[i]), code);
    }

    HWY_INLINE Floats squareOf(std::size_t i, Floats code) const
    {
        return hn::Mul(hn::Mul(m_weights[i], code), code);
    }

    // Whether a code changed.
    HWY_INLINE bool moveCodes()
    {
        const Floats zero = hn::Zero(FloatTag());
        bool changed = false;
        for (std::size_t i = 0; i < kCount; ++i) {
            const Floats code = floatsOf(m_codes[i]);
            const Floats products = hn::Sub(m_products, productOf(i, code));
            const Floats squares = hn::Sub(m_squares, squareOf(i, code));
            const Ints other = codeOf(hn::Div(hn::Mul(m_numbers[i], squares), products));
            const Floats moved = floatsOf(other);
            const Floats newProducts = hn::Add(products, productOf(i, moved));
            const Floats newSquares = hn::Add(squares, squareOf(i, moved));
            Mask better = hn::AndNot(m_empty, both(hn::Gt(products, zero), hn::Gt(squares, zero)));
            better = both(better, hn::Ne(moved, code));
            better = both(better, hn::Gt(hn::Mul(square(newProducts), m_squares),
                                         hn::Mul(square(m_products), newSquares)));
            m_codes[i] = hn::IfThenElse(hn::RebindMask(IntTag(), better), byteOf(other), m_codes[i]);
            m_products = choose(better, newProducts, m_products);
            m_squares = choose(better, newSquares, m_squares);
            changed = changed || !none(better);
        }
        return changed;
    }

    const Floats *m_numbers;
    const Floats *m_weights;
    Mask m_empty; // nothing greater than 0
    Floats m_most;
    Ints m_codes[kCount];
    Floats m_products; // of weights, numbers and codes: their sum
    Floats m_squares;  // of weights and codes twice
};

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
