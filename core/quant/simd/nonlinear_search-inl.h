// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// IQ4_NL and IQ4_XS store a number as the place of one of 16 values that lie closer to one another around 0.
// The search for the scale of 32 numbers is the engine's: the number that is farthest from 0 becomes the
// lowest value, or up to 7 more or less than that; the scale of the least weighed squares is kept.
#if defined(SNUG_QUANT_SIMD_NONLINEAR_SEARCH) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_NONLINEAR_SEARCH
#undef SNUG_QUANT_SIMD_NONLINEAR_SEARCH
#else
#define SNUG_QUANT_SIMD_NONLINEAR_SEARCH
#endif

#include "core/quant/simd/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

constexpr std::size_t kThirtyTwo = 32;
constexpr float kLowest = -127.0F;

// From the highest down; tables are as long as the longest vector.
HWY_ALIGN_MAX constexpr float kValues[16] = {113, 89,  69,  53,  38,  25,  13,   1,
                                             -10, -22, -35, -49, -65, -83, -104, kLowest};
// A number below the middle of two values goes to the lower one. Subtracting as the engine does it is exact
// where it matters. In the order in which they are asked for: the one in the middle, then the middles of what
// is left.
constexpr float kFirstMiddle = -4.5F;
HWY_ALIGN_MAX constexpr float kSecondMiddles[16] = {45.5F, -57.0F};
HWY_ALIGN_MAX constexpr float kThirdMiddles[16] = {79.0F, 19.0F, -28.5F, -93.5F};
HWY_ALIGN_MAX constexpr float kLastMiddles[16] = {101.0F, 61.0F,  31.5F,  7.0F,
                                                  -16.0F, -42.0F, -74.0F, -115.5F};

// Twice the place, and one more for numbers below the middle.
HWY_INLINE Ints nextPlace(Ints place, Floats number, Floats middle)
{
    const Ints below = hn::VecFromMask(IntTag(), hn::RebindMask(IntTag(), hn::Lt(number, middle)));
    return hn::Sub(hn::Add(place, place), below);
}

// The place in kValues of the value that is nearest.
HWY_INLINE Ints placeOf(Floats number)
{
    Ints place = nextPlace(hn::Zero(IntTag()), number, floats(kFirstMiddle));
    place = nextPlace(place, number, entry<2>(kSecondMiddles, place));
    place = nextPlace(place, number, entry<4>(kThirdMiddles, place));
    return nextPlace(place, number, entry<8>(kLastMiddles, place));
}

// As it is stored: the values are counted from the lowest there.
HWY_INLINE Ints codeOf(Floats number)
{
    return hn::Sub(ints(15), placeOf(number));
}

class NonlinearSearch {
public:
    HWY_INLINE NonlinearSearch(const float *numbers, const float *weights)
        : m_numbers(numbers), m_weights(weights)
    {
        const Farthest farthest = farthestOfFinite<kThirtyTwo>(numbers);
        m_empty = farthest.isNothing();
        m_farthest = choose(m_empty, floats(1.0F), farthest.number);
    }

    // The scale; 0 where there is nothing.
    HWY_INLINE Floats run()
    {
        const Floats zero = hn::Zero(FloatTag());
        const Floats scale = hn::Div(hn::Neg(m_farthest), floats(kLowest));
        m_factor[0] = hn::Div(floats(1.0F), scale);
        sum<1>();
        m_scale = choose(hn::Gt(m_squares[0], zero), hn::Div(m_products[0], m_squares[0]), zero);
        m_best = hn::Mul(m_scale, m_products[0]);
        // Three at a time: the sums of one wait for one another, those of three do not.
        for (int first = -7; first <= 7; first += 3) {
            for (int k = 0; k < 3; ++k)
                m_factor[k] = hn::Div(floats(static_cast<float>(first + k) + kLowest), m_farthest);
            sum<3>();
            for (std::size_t k = 0; k < 3; ++k)
                keepBetter(k);
        }
        return choose(m_empty, zero, m_scale);
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
    }

    template <std::size_t kCount> HWY_INLINE void sum()
    {
        Floats products[kCount];
        Floats squares[kCount];
        Floats factor[kCount];
        for (std::size_t k = 0; k < kCount; ++k) {
            products[k] = squares[k] = hn::Zero(FloatTag());
            factor[k] = m_factor[k];
        }
        for (std::size_t i = 0; i < kThirtyTwo; ++i) {
            const Floats number = at(m_numbers, i);
            const Floats weight = at(m_weights, i);
            for (std::size_t k = 0; k < kCount; ++k) {
                const Floats value = entry<16>(kValues, placeOf(hn::Mul(factor[k], number)));
                const Floats weighed = hn::Mul(weight, value);
                products[k] = hn::Add(products[k], hn::Mul(weighed, number));
                squares[k] = hn::Add(squares[k], hn::Mul(weighed, value));
            }
        }
        for (std::size_t k = 0; k < kCount; ++k) {
            m_products[k] = products[k];
            m_squares[k] = squares[k];
        }
    }

    const float *m_numbers;
    const float *m_weights;
    Mask m_empty; // nothing but zeros, or so little that the engine takes it for zeros
    Floats m_farthest;
    // Of the scales that are tried.
    Floats m_factor[3];
    Floats m_products[3]; // of weights, numbers and values: their sum
    Floats m_squares[3];  // of weights and values twice
    // The best so far.
    Floats m_scale;
    Floats m_best;
};

// The scale of 32 numbers. `importance`: of them, or null. `squares`: the sum of those of the whole block, of
// which there are kBlockNumbers. Not inlined: it is much code, and its callers have loops.
template <std::size_t kBlockNumbers>
HWY_NOINLINE Floats searchNonlinear(const float *numbers, const float *importance, Floats squares)
{
    const Floats variance = hn::Mul(squares, floats(2.0F / kBlockNumbers));
    HWY_ALIGN_MAX float weights[kThirtyTwo * kLanes];
    if (importance != nullptr)
        weighByImportance<kThirtyTwo>(numbers, importance, variance, weights);
    for (std::size_t i = 0; importance == nullptr && i < kThirtyTwo; ++i)
        put(square(at(numbers, i)), weights, i);
    return NonlinearSearch(numbers, weights).run();
}

// The codes of 32 numbers: the first 16, above them the others.
template <std::size_t kWords>
HWY_INLINE void putCodes(const float *numbers, Floats factor, std::size_t place, BlockWords<kWords> &into)
{
    Ints codes[kThirtyTwo];
    for (std::size_t i = 0; i < kThirtyTwo; ++i)
        codes[i] = codeOf(hn::Mul(factor, at(numbers, i)));
    for (std::size_t i = 0; i < kThirtyTwo / 2; i += 4) {
        const Words high = fourBytes(codes + kThirtyTwo / 2 + i);
        into.put(place + i / 4, hn::Or(fourBytes(codes + i), hn::ShiftLeft<4>(high)));
    }
}

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
