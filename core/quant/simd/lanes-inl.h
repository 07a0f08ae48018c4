// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// A lane of a vector is a block: the same place of 4, 8 or 16 blocks is worked on at once, in the order in
// which the engine works on one, and no lane ever looks at another. So every sum is the engine's to the last
// bit. Comparing and selecting is said as C says it, for what Min and Max make of zeros and of no-numbers
// depends on the processor.
#if defined(SNUG_QUANT_SIMD_LANES) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_LANES
#undef SNUG_QUANT_SIMD_LANES
#else
#define SNUG_QUANT_SIMD_LANES
#endif

#include <cstddef>
#include <cstdint>
#include <hwy/highway.h>
#include <limits>

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::CappedTag<float, 16>;
using IntTag = hn::RebindToSigned<FloatTag>;
using WordTag = hn::RebindToUnsigned<FloatTag>;
using Floats = hn::Vec<FloatTag>;
using Ints = hn::Vec<IntTag>;
using Words = hn::Vec<WordTag>;
using Mask = hn::Mask<FloatTag>;

constexpr std::size_t kLanes = hn::MaxLanes(FloatTag());

HWY_INLINE Floats floats(float number)
{
    return hn::Set(FloatTag(), number);
}

HWY_INLINE Ints ints(std::int32_t number)
{
    return hn::Set(IntTag(), number);
}

HWY_INLINE Words words(std::uint32_t number)
{
    return hn::Set(WordTag(), number);
}

// The numbers at `place` of the blocks.
HWY_INLINE Floats at(const float *numbers, std::size_t place)
{
    return hn::Load(FloatTag(), numbers + place * kLanes);
}

HWY_INLINE void put(Floats number, float *numbers, std::size_t place)
{
    hn::Store(number, FloatTag(), numbers + place * kLanes);
}

HWY_INLINE Words wordsOf(Ints number)
{
    return hn::BitCast(WordTag(), number);
}

HWY_INLINE Floats floatsOf(Ints number)
{
    return hn::ConvertTo(FloatTag(), number);
}

HWY_INLINE Floats floatsOf(Words number)
{
    return floatsOf(hn::BitCast(IntTag(), number));
}

HWY_INLINE Floats square(Floats number)
{
    return hn::Mul(number, number);
}

HWY_INLINE Floats choose(Mask mask, Floats yes, Floats no)
{
    return hn::IfThenElse(mask, yes, no);
}

HWY_INLINE Floats lesser(Floats a, Floats b) // a < b ? a : b
{
    return choose(hn::Lt(a, b), a, b);
}

HWY_INLINE Floats greater(Floats a, Floats b) // a > b ? a : b
{
    return choose(hn::Gt(a, b), a, b);
}

HWY_INLINE Ints clamped(Ints number, std::int32_t least, std::int32_t most)
{
    return hn::Max(ints(least), hn::Min(ints(most), number));
}

HWY_INLINE bool all(Mask mask)
{
    return hn::AllTrue(FloatTag(), mask);
}

HWY_INLINE bool none(Mask mask)
{
    return hn::AllFalse(FloatTag(), mask);
}

HWY_INLINE Mask both(Mask a, Mask b)
{
    return hn::And(a, b);
}

// A bit for each lane, the first one's lowest.
HWY_INLINE std::uint32_t bitsOf(Mask mask)
{
    std::uint8_t bytes[8] = {}; // as many as StoreMaskBits may write
    hn::StoreMaskBits(FloatTag(), mask, bytes);
    return bytes[0] | static_cast<std::uint32_t>(bytes[1]) << 8;
}

// 1.5 * 2^23: what is added to it loses its fraction, to the nearest, ties to even.
constexpr float kRounder = 12582912.0F;
// As far as the number fits beside it.
constexpr float kMostRounded = 4194303.0F;

// The engine's nearest_int, bit by bit, for whatever number.
HWY_INLINE Ints nearest(Floats number)
{
    const Ints bits = hn::BitCast(IntTag(), hn::Add(number, floats(kRounder)));
    return hn::Sub(hn::And(bits, ints(0x007FFFFF)), ints(0x00400000));
}

// The same as a float, of numbers up to kMostRounded.
HWY_INLINE Floats rounded(Floats number)
{
    return hn::Round(number);
}

// IEEE 754 binary16, as core/quant/half.h makes it.
HWY_INLINE Words toHalf(Floats number)
{
    const Words bits = hn::BitCast(WordTag(), number);
    const Ints magnitude = hn::BitCast(IntTag(), hn::And(bits, words(0x7FFFFFFF)));
    const Ints even = hn::And(hn::ShiftRight<13>(magnitude), ints(1));
    const Ints normal = hn::ShiftRight<13>(hn::Add(hn::Sub(magnitude, ints(0x38000000 - 0xFFF)), even));
    const Floats raised = hn::Add(hn::BitCast(FloatTag(), magnitude), floats(0.5F));
    const Ints subnormal = hn::Sub(hn::BitCast(IntTag(), raised), ints(0x3F000000));
    Ints half = hn::IfThenElse(hn::Lt(magnitude, ints(0x38800000)), subnormal, normal);
    half = hn::IfThenElse(hn::Gt(magnitude, ints(0x477FEFFF)), ints(0x7C00), half);
    half = hn::IfThenElse(hn::Gt(magnitude, ints(0x7F800000)), ints(0x7E00), half);
    return hn::Or(wordsOf(half), hn::And(hn::ShiftRight<16>(bits), words(0x8000)));
}

// Of a finite half.
HWY_INLINE Floats fromHalf(Words half)
{
    const Words magnitude = hn::ShiftLeft<13>(hn::And(half, words(0x7FFF)));
    const Floats scaled = hn::Mul(hn::BitCast(FloatTag(), magnitude), floats(0x1p112F));
    const Words sign = hn::ShiftLeft<16>(hn::And(half, words(0x8000)));
    return hn::BitCast(FloatTag(), hn::Or(hn::BitCast(WordTag(), scaled), sign));
}

// number ? 1 / number : 0
HWY_INLINE Floats inverse(Floats number)
{
    const Floats zero = hn::Zero(FloatTag());
    return choose(hn::Eq(number, zero), zero, hn::Div(floats(1.0F), number));
}

// The same, or 0 where that is infinite: what the engine then converts to codes is no number, and x86-64
// makes 0 of it. Types where that is not what a number of 0 gets ask.
struct Factor {
    Floats factor;
    Mask infinite;

    HWY_INLINE explicit Factor(Floats scale)
    {
        const Floats exact = inverse(scale);
        infinite = hn::Gt(hn::Abs(exact), floats(std::numeric_limits<float>::max()));
        factor = choose(infinite, hn::Zero(FloatTag()), exact);
    }
};

// C's roundf: to the nearest, ties away from 0. The largest number below 0.5 is added, since 0.5 would lift
// that number to 1.
HWY_INLINE Floats roundedAway(Floats number)
{
    return hn::Trunc(hn::Add(number, hn::CopySignToAbs(floats(0x1.fffffep-2F), number)));
}

// The lowest bits of whole numbers up to kMostRounded, on either side of 0.
HWY_INLINE Words lowBits(Floats whole, std::uint32_t mask)
{
    return hn::And(hn::BitCast(WordTag(), hn::Add(whole, floats(kRounder))), words(mask));
}

// How far from 0 the farthest of finite numbers is.
template <std::size_t kNumbers> HWY_INLINE Floats farthestDistance(const float *numbers)
{
    Floats distance = hn::Zero(FloatTag());
    for (std::size_t i = 0; i < kNumbers; ++i)
        distance = hn::Max(hn::Abs(at(numbers, i)), distance);
    return distance;
}

// The number that is farthest from 0, and of those the first; 0 before there is one.
struct Farthest {
    Floats number;
    Floats distance;

    HWY_INLINE Farthest() : number(hn::Zero(FloatTag())), distance(number) {}

    HWY_INLINE void add(Floats other)
    {
        const Mask farther = hn::Gt(hn::Abs(other), distance);
        distance = choose(farther, hn::Abs(other), distance);
        number = choose(farther, other, number);
    }

    // Nothing, or so little that the engine takes it for nothing.
    [[nodiscard]] HWY_INLINE Mask isNothing() const { return hn::Lt(distance, floats(1e-15F)); }
};

template <std::size_t kNumbers> HWY_INLINE Farthest farthestOf(const float *numbers)
{
    Farthest farthest;
    for (std::size_t i = 0; i < kNumbers; ++i)
        farthest.add(at(numbers, i));
    return farthest;
}

// The same, faster. Only where the least and the greatest are as far from 0 does it matter which is first.
template <std::size_t kNumbers> HWY_INLINE Farthest farthestOfFinite(const float *numbers)
{
    Floats least = hn::Zero(FloatTag());
    Floats greatest = least;
    for (std::size_t i = 0; i < kNumbers; ++i) {
        least = hn::Min(least, at(numbers, i));
        greatest = hn::Max(greatest, at(numbers, i));
    }
    const Floats below = hn::Neg(least);
    if (!none(hn::Eq(below, greatest)))
        return farthestOf<kNumbers>(numbers);
    const Mask isBelow = hn::Gt(below, greatest);
    Farthest farthest;
    farthest.number = choose(isBelow, least, greatest);
    farthest.distance = choose(isBelow, below, greatest);
    return farthest;
}

#if HWY_TARGET == HWY_SCALAR

template <std::size_t kEntries> HWY_INLINE Floats entry(const float *table, Ints place)
{
    return floats(table[hn::GetLane(place)]);
}

#else

// The entries of a table of kEntries at `place`.
template <std::size_t kEntries> HWY_INLINE Floats entry(const float *table, Ints place)
{
    constexpr std::size_t kPart = kEntries < kLanes ? kEntries : kLanes;
    const auto within = hn::IndicesFromVec(FloatTag(), hn::And(place, ints(kPart - 1)));
    Floats found = hn::TableLookupLanes(hn::Load(FloatTag(), table), within);
    for (std::size_t part = kPart; part < kEntries; part += kPart) {
        const auto here = hn::Gt(place, ints(static_cast<std::int32_t>(part) - 1));
        found = choose(hn::RebindMask(FloatTag(), here),
                       hn::TableLookupLanes(hn::Load(FloatTag(), table + part), within), found);
    }
    return found;
}

#endif

// From the first to the last.
template <std::size_t kNumbers> HWY_INLINE Floats sumOfSquares(const float *numbers)
{
    Floats sum = hn::Zero(FloatTag());
    for (std::size_t i = 0; i < kNumbers; ++i)
        sum = hn::Add(sum, square(at(numbers, i)));
    return sum;
}

// What numbers weigh that have an importance, given the mean square of those around them. Returns the sum.
template <std::size_t kNumbers>
HWY_INLINE Floats weighByImportance(const float *numbers, const float *importance, Floats variance,
                                    float *weights)
{
    Floats sum = hn::Zero(FloatTag());
    for (std::size_t i = 0; i < kNumbers; ++i) {
        const Floats spread = hn::Sqrt(hn::Add(variance, square(at(numbers, i))));
        const Floats weight = hn::Mul(at(importance, i), spread);
        put(weight, weights, i);
        sum = hn::Add(sum, weight);
    }
    return sum;
}

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
