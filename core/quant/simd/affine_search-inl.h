// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// The search for the scale and the offset of a sub-block that lose least, as the engine makes it: a number is
// stored as a code from 0 to kMost, and becomes scale * code + offset. Step by step another scale gives
// codes, and those give the scale and the offset of the least weighed squares, which are kept if they lose
// less. A rule is a struct with
//     kNumbers        numbers of a sub-block
//     kMost           the largest code
//     kFirst, kStep   the scales that are tried make the range kMost + kFirst + kStep * step codes long
//     kSteps          step is 0 to kSteps
//     kAbsolute       whether a loss is the difference itself, and not its square
#if defined(SNUG_QUANT_SIMD_AFFINE_SEARCH) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_AFFINE_SEARCH
#undef SNUG_QUANT_SIMD_AFFINE_SEARCH
#else
#define SNUG_QUANT_SIMD_AFFINE_SEARCH
#endif

#include "core/quant/simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

// With importance, however the sub-blocks are.
template <std::size_t kCount, std::int32_t kMostCode> struct WeighedRule {
    static constexpr std::size_t kNumbers = kCount;
    static constexpr std::int32_t kMost = kMostCode;
    static constexpr float kFirst = -0.9F;
    static constexpr float kStep = 0.05F;
    static constexpr int kSteps = 36;
    static constexpr bool kAbsolute = false;
};

struct AffineFit {
    Floats scale;
    Floats offset; // at most 0
    // What made the codes that won; `scale` and `offset` were made from them.
    Floats factor;
    Floats base;
};

// The code of a number before the scale of the whole block was known.
HWY_INLINE Ints firstCode(const AffineFit &fit, Floats number, std::int32_t most)
{
    return clamped(nearest(hn::Mul(fit.factor, hn::Sub(number, fit.base))), 0, most);
}

// kTogether sub-blocks at once: the sums of one wait for one another, those of two do not.
template <class Rule, std::size_t kTogether> class AffineSearch {
public:
    static constexpr std::size_t kNumbers = Rule::kNumbers;
    // How many numbers of the tile the sub-blocks are.
    static constexpr std::size_t kAll = kNumbers * kTogether;

    // `codes`: room for as many; another's, so that the compiler keeps what is said below in registers.
    HWY_INLINE AffineSearch(const float *numbers, const float *weights, float *codes)
        : m_numbers(numbers), m_weights(weights), m_codes(codes)
    {
        for (std::size_t s = 0; s < kTogether; ++s)
            start(s);
    }

    // `fits`: one for each sub-block.
    HWY_INLINE void run(AffineFit *fits)
    {
        for (std::size_t s = 0; s < kTogether; ++s) {
            m_factor[s] = hn::Div(floats(kMost), m_range[s]);
            m_tryScale[s] = hn::Div(floats(1.0F), m_factor[s]);
            m_tryOffset[s] = m_offset[s];
        }
        makeCodes();
        measure();
        for (std::size_t s = 0; s < kTogether; ++s) {
            m_leastLoss[s] = m_loss[s];
            m_keptFactor[s] = m_factor[s];
            m_keptBase[s] = m_offset[s];
            m_scale[s] = m_tryScale[s];
        }
        for (int step = 0; step <= Rule::kSteps; ++step)
            tryStep(floats(Rule::kFirst + Rule::kStep * static_cast<float>(step) + kMost));
        for (std::size_t s = 0; s < kTogether; ++s) {
            const Floats none = hn::Zero(FloatTag());
            fits[s] = {choose(m_flat[s], none, m_scale[s]), m_offset[s],
                       choose(m_flat[s], none, m_keptFactor[s]), m_keptBase[s]};
        }
    }

private:
    static constexpr float kMost = static_cast<float>(Rule::kMost);
    enum class Codes { Free, Clamped, Exact };

    HWY_INLINE void start(std::size_t s)
    {
        const std::size_t first = s * kNumbers;
        Floats low = at(m_numbers, first);
        Floats high = low;
        Floats weights = at(m_weights, first);
        Floats weighed = hn::Mul(weights, low);
        for (std::size_t i = 1; i < kNumbers; ++i) {
            const Floats number = at(m_numbers, first + i);
            const Floats weight = at(m_weights, first + i);
            low = lesser(number, low);
            high = greater(number, high);
            weights = hn::Add(weights, weight);
            weighed = hn::Add(weighed, hn::Mul(weight, number));
        }
        m_low[s] = low;
        m_high[s] = high;
        m_sumWeights[s] = weights;
        m_sumNumbers[s] = weighed;
        m_offset[s] = choose(hn::Gt(low, hn::Zero(FloatTag())), hn::Zero(FloatTag()), low);
        m_flat[s] = hn::Eq(high, m_offset[s]);
        setRange(s);
    }

    // Flat lanes get a scale of 0 in the end; until then, they are to disturb nobody.
    HWY_INLINE void setRange(std::size_t s)
    {
        m_range[s] = choose(m_flat[s], floats(1.0F), hn::Sub(m_high[s], m_offset[s]));
    }

    HWY_INLINE void tryStep(Floats length)
    {
        for (std::size_t s = 0; s < kTogether; ++s)
            m_factor[s] = hn::Div(length, m_range[s]);
        makeCodes();
        Mask better[kTogether];
        for (std::size_t s = 0; s < kTogether; ++s)
            better[s] = solve(s);
        measure();
        for (std::size_t s = 0; s < kTogether; ++s) {
            better[s] = both(better[s], hn::Lt(m_loss[s], m_leastLoss[s]));
            if (!none(better[s]))
                keep(s, better[s]);
        }
    }

    // The scale and the offset of the least squares for the codes. Where there are any: the mask.
    HWY_INLINE Mask solve(std::size_t s)
    {
        const Floats zero = hn::Zero(FloatTag());
        const Floats determinant = hn::Sub(hn::Mul(m_sumWeights[s], m_sumSquares[s]), square(m_sumCodes[s]));
        const Floats scale = hn::Div(
            hn::Sub(hn::Mul(m_sumWeights[s], m_sumProducts[s]), hn::Mul(m_sumNumbers[s], m_sumCodes[s])),
            determinant);
        const Floats offset = hn::Div(
            hn::Sub(hn::Mul(m_sumSquares[s], m_sumNumbers[s]), hn::Mul(m_sumCodes[s], m_sumProducts[s])),
            determinant);
        const Mask positive = hn::Gt(offset, zero);
        m_tryOffset[s] = choose(positive, zero, offset);
        m_tryScale[s] = scale;
        if (!none(positive))
            m_tryScale[s] = choose(positive, hn::Div(m_sumProducts[s], m_sumSquares[s]), scale);
        return hn::Gt(determinant, zero);
    }

    HWY_INLINE void keep(std::size_t s, Mask better)
    {
        m_leastLoss[s] = choose(better, m_loss[s], m_leastLoss[s]);
        m_keptFactor[s] = choose(better, m_factor[s], m_keptFactor[s]);
        m_keptBase[s] = choose(better, m_offset[s], m_keptBase[s]);
        m_scale[s] = choose(better, m_tryScale[s], m_scale[s]);
        m_offset[s] = choose(better, m_tryOffset[s], m_offset[s]);
        setRange(s);
    }

    // Codes grow or fall with the numbers, roundings included: what the smallest and the largest number do,
    // all others do.
    HWY_INLINE Codes kindOfCodes() const
    {
        const Floats zero = hn::Zero(FloatTag());
        Mask free = hn::Eq(zero, zero);
        Mask small = free;
        for (std::size_t s = 0; s < kTogether; ++s) {
            for (const Floats number : {m_low[s], m_high[s]}) {
                const Floats exact = hn::Mul(m_factor[s], hn::Sub(number, m_offset[s]));
                const Floats code = rounded(exact);
                free = both(free, both(hn::Ge(code, zero), hn::Le(code, floats(kMost))));
                small = both(small, hn::Le(hn::Abs(exact), floats(kMostRounded)));
            }
        }
        return all(free) ? Codes::Free : all(small) ? Codes::Clamped : Codes::Exact;
    }

    HWY_INLINE void makeCodes()
    {
        switch (kindOfCodes()) {
        case Codes::Free:
            return makeCodesOf<Codes::Free>();
        case Codes::Clamped:
            return makeCodesOf<Codes::Clamped>();
        case Codes::Exact:
            return makeCodesOf<Codes::Exact>();
        }
    }

    template <Codes kCodes> static HWY_INLINE Floats codeOf(Floats exact)
    {
        if constexpr (kCodes == Codes::Exact)
            return floatsOf(clamped(nearest(exact), 0, Rule::kMost));
        const Floats code = rounded(exact);
        if constexpr (kCodes == Codes::Free)
            return code;
        return hn::Max(hn::Zero(FloatTag()), hn::Min(floats(kMost), code));
    }

    template <Codes kCodes> HWY_INLINE void makeCodesOf()
    {
        Floats codes[kTogether];
        Floats squares[kTogether];
        Floats products[kTogether];
        Floats factor[kTogether];
        Floats offset[kTogether];
        for (std::size_t s = 0; s < kTogether; ++s) {
            codes[s] = squares[s] = products[s] = hn::Zero(FloatTag());
            factor[s] = m_factor[s];
            offset[s] = m_offset[s];
        }
        for (std::size_t i = 0; i < kNumbers; ++i) {
            for (std::size_t s = 0; s < kTogether; ++s) {
                const std::size_t place = s * kNumbers + i;
                const Floats number = at(m_numbers, place);
                const Floats code = codeOf<kCodes>(hn::Mul(factor[s], hn::Sub(number, offset[s])));
                put(code, m_codes, place);
                const Floats weighed = hn::Mul(at(m_weights, place), code);
                codes[s] = hn::Add(codes[s], weighed);
                squares[s] = hn::Add(squares[s], hn::Mul(weighed, code));
                products[s] = hn::Add(products[s], hn::Mul(weighed, number));
            }
        }
        for (std::size_t s = 0; s < kTogether; ++s) {
            m_sumCodes[s] = codes[s];
            m_sumSquares[s] = squares[s];
            m_sumProducts[s] = products[s];
        }
    }

    // What the scale and the offset that are tried lose.
    HWY_INLINE void measure()
    {
        Floats loss[kTogether];
        Floats scale[kTogether];
        Floats offset[kTogether];
        for (std::size_t s = 0; s < kTogether; ++s) {
            loss[s] = hn::Zero(FloatTag());
            scale[s] = m_tryScale[s];
            offset[s] = m_tryOffset[s];
        }
        for (std::size_t i = 0; i < kNumbers; ++i) {
            for (std::size_t s = 0; s < kTogether; ++s) {
                const std::size_t place = s * kNumbers + i;
                const Floats made = hn::Add(hn::Mul(scale[s], at(m_codes, place)), offset[s]);
                const Floats difference = hn::Sub(made, at(m_numbers, place));
                const Floats lost = Rule::kAbsolute ? hn::Abs(difference) : square(difference);
                loss[s] = hn::Add(loss[s], hn::Mul(at(m_weights, place), lost));
            }
        }
        for (std::size_t s = 0; s < kTogether; ++s)
            m_loss[s] = loss[s];
    }

    const float *m_numbers;
    const float *m_weights;
    float *m_codes;
    // Of the numbers.
    Floats m_low[kTogether];
    Floats m_high[kTogether];
    Floats m_sumWeights[kTogether];
    Floats m_sumNumbers[kTogether]; // weighed, as the next ones are
    Mask m_flat[kTogether];
    // Of a step.
    Floats m_factor[kTogether];
    Floats m_sumCodes[kTogether];
    Floats m_sumSquares[kTogether];
    Floats m_sumProducts[kTogether]; // of codes and numbers
    Floats m_tryScale[kTogether];
    Floats m_tryOffset[kTogether];
    Floats m_loss[kTogether];
    // The best so far.
    Floats m_leastLoss[kTogether];
    Floats m_scale[kTogether];
    Floats m_offset[kTogether];
    Floats m_range[kTogether]; // from the offset to the largest number
    Floats m_keptFactor[kTogether];
    Floats m_keptBase[kTogether];
};

// Not inlined: it is much code, and its callers have loops. `codes`: room for as many as there are numbers.
template <class Rule, std::size_t kTogether>
HWY_NOINLINE void searchAffine(const float *numbers, const float *weights, float *codes, AffineFit *fits)
{
    AffineSearch<Rule, kTogether>(numbers, weights, codes).run(fits);
}

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
