// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// Blocks of 256 numbers whose codes are points of a grid: what IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS and IQ3_S have
// in common. Such a type is a Rule of the search and says also
//     shape()         of its grid
//     kEvenSigns      whether the signs of 8 numbers are stored as 7: an even number of them are negative
//     kNothing        numbers below it, all of a sub-block's, are none
//     kVariance       how much of the mean square a weight is made of that has an importance,
//     kPlainVariance  and one that has none
//     kFudge          what the scale is multiplied with when it is stored
//     kKeepsPoints    whether points and signs are stored though all scales are 0
//     kPositiveStart  whether the search begins at the best scale without a grid
//     kWords, and     static void write(GridBlock<Type> &block, BlockWords<kWords> &into)
#if defined(SNUG_QUANT_SIMD_GRID_BLOCKS) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_GRID_BLOCKS
#undef SNUG_QUANT_SIMD_GRID_BLOCKS
#else
#define SNUG_QUANT_SIMD_GRID_BLOCKS
#endif

#include "core/quant/simd/grid_search-inl.h"
#include "core/quant/simd/positive_search-inl.h"
#include "core/quant/simd/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

constexpr std::size_t kGridNumbers = 256;
constexpr std::size_t kSigned = 8; // numbers whose signs are stored together

template <class Type> struct GridBlock {
    static constexpr std::size_t kSubBlocks = kGridNumbers / Type::kNumbers;
    static constexpr std::size_t kSubPoints = Type::kNumbers / Type::kCodes;
    static constexpr std::size_t kSubSigns = Type::kNumbers / kSigned;

    Words places[kSubBlocks * kSubPoints]; // of the points, in the grid
    Words signs[kSubBlocks * kSubSigns];   // a bit for each number of 8, the first one's lowest
    Words scales[kSubBlocks];              // four bits of each
    Mask empty[kSubBlocks];                // whether there is nothing in a sub-block

    // Written out, because what compilers write themselves is for no target in particular.
    HWY_INLINE GridBlock() {}
};

// Four words' low bytes, the first one lowest.
HWY_INLINE Words fourLowBytes(const Words *from)
{
    const Words low = words(0xFF);
    const Words first = hn::Or(hn::And(from[0], low), hn::ShiftLeft<8>(hn::And(from[1], low)));
    const Words last = hn::Or(hn::And(from[2], low), hn::ShiftLeft<8>(hn::And(from[3], low)));
    return hn::Or(first, hn::ShiftLeft<16>(last));
}

// Eight scales, four bits each, the first one's lowest.
HWY_INLINE Words eightScales(const Words *scales)
{
    Words together = scales[7];
    for (std::size_t i = 7; i-- > 0;)
        together = hn::Or(hn::ShiftLeft<4>(together), scales[i]);
    return together;
}

// What is above the eighth bit of as many places as fill a word, kBits of each, the first one's lowest.
template <std::size_t kBits> HWY_INLINE Words highBits(const Words *places)
{
    Words together = hn::Zero(WordTag());
    for (std::size_t i = 32 / kBits; i-- > 0;)
        together = hn::Or(hn::ShiftLeft<kBits>(together), hn::ShiftRight<8>(places[i]));
    return together;
}

// Four times the seven signs of 8 numbers, and the scale of that sub-block above them.
HWY_INLINE Words signsAndScale(const Words *signs, Words scale)
{
    Words together = scale;
    for (std::size_t i = 4; i-- > 0;)
        together = hn::Or(hn::ShiftLeft<7>(together), signs[i]);
    return together;
}

// The signs of 8 numbers; `values`: the numbers without them.
HWY_INLINE Words takeSigns(const float *numbers, float *values)
{
    Words signs = hn::Zero(WordTag());
    for (std::size_t i = 0; i < kSigned; ++i) {
        const Floats number = at(numbers, i);
        const Mask negative = hn::Lt(number, hn::Zero(FloatTag()));
        const Words bit = words(1U << i);
        signs = hn::Or(signs, hn::IfThenElseZero(hn::RebindMask(WordTag(), negative), bit));
        put(hn::Abs(number), values, i);
    }
    return signs;
}

// The same, of which an even number are negative: where they were not, the number that weighs least is taken
// for its opposite.
HWY_INLINE Words takeEvenSigns(const float *numbers, const float *weights, float *values)
{
    const Words signs = takeSigns(numbers, values);
    Words parity = hn::Xor(signs, hn::ShiftRight<4>(signs));
    parity = hn::Xor(parity, hn::ShiftRight<2>(parity));
    parity = hn::Xor(parity, hn::ShiftRight<1>(parity));
    Floats least = hn::Mul(hn::Mul(at(weights, 0), at(numbers, 0)), at(numbers, 0));
    Words turned = words(1);
    for (std::size_t i = 1; i < kSigned; ++i) {
        const Floats loss = hn::Mul(hn::Mul(at(weights, i), at(numbers, i)), at(numbers, i));
        const Mask less = hn::Lt(loss, least);
        least = choose(less, loss, least);
        turned = hn::IfThenElse(hn::RebindMask(WordTag(), less), words(1U << i), turned);
    }
    turned = hn::IfThenElseZero(hn::TestBit(parity, words(1)), turned);
    for (std::size_t i = 0; i < kSigned; ++i) {
        const Mask here = hn::RebindMask(FloatTag(), hn::TestBit(turned, words(1U << i)));
        put(choose(here, hn::Neg(at(values, i)), at(values, i)), values, i);
    }
    return hn::And(hn::Xor(signs, turned), words(0x7F));
}

// By Type::shape(), for vectors of this length; made when it is first asked for.
template <class Type> const CodeGrid &gridOf()
{
    static const CodeGrid grid(Type::shape(), kLanes);
    return grid;
}

template <class Type> class GridSubBlock {
public:
    static constexpr std::size_t kPoints = GridBlock<Type>::kSubPoints;
    static constexpr std::size_t kSigns = GridBlock<Type>::kSubSigns;

    HWY_INLINE GridSubBlock(const float *numbers, const float *weights) : m_weights(weights)
    {
        for (std::size_t k = 0; k < kSigns; ++k) {
            const std::size_t first = k * kSigned * kLanes;
            if constexpr (Type::kEvenSigns)
                m_signs[k] = takeEvenSigns(numbers + first, weights + first, m_values + first);
            else
                m_signs[k] = takeSigns(numbers + first, m_values + first);
        }
    }

    // The scale, which is 0 or more.
    HWY_INLINE Floats store(std::size_t subBlock, GridBlock<Type> &into)
    {
        const Floats zero = hn::Zero(FloatTag());
        Words points[kPoints];
        const Floats found = search(points);
        const auto empty = hn::RebindMask(WordTag(), m_empty);
        const Mask opposite = hn::AndNot(m_empty, hn::Lt(found, zero));
        for (std::size_t k = 0; k < kSigns; ++k) {
            const Words all = words(Type::kEvenSigns ? 0x7F : 0xFF);
            const Words turned = hn::IfThenElseZero(hn::RebindMask(WordTag(), opposite), all);
            into.signs[subBlock * kSigns + k] = hn::IfThenZeroElse(empty, hn::Xor(m_signs[k], turned));
        }
        for (std::size_t k = 0; k < kPoints; ++k)
            into.places[subBlock * kPoints + k] = placeOf(hn::IfThenZeroElse(empty, points[k]));
        into.empty[subBlock] = m_empty;
        return choose(m_empty, zero, choose(opposite, hn::Neg(found), found));
    }

private:
    HWY_INLINE Floats search(Words *points)
    {
        Floats most = at(m_values, 0);
        for (std::size_t i = 1; i < Type::kNumbers; ++i)
            most = choose(hn::Gt(most, at(m_values, i)), most, at(m_values, i));
        m_empty = hn::Lt(most, floats(Type::kNothing));
        Floats scale;
        if constexpr (Type::kPositiveStart) {
            scale = positiveStart();
            most = hn::Mul(scale, floats(Type::kMost + 1));
            m_empty = hn::Or(m_empty, hn::Le(most, hn::Zero(FloatTag())));
        } else {
            scale = hn::Div(most, floats(2 * Type::kMost + 1));
        }
        most = choose(m_empty, floats(1.0F), most);
        return GridSearch<Type>(gridOf<Type>(), m_values, m_weights).run(most, scale, points);
    }

    HWY_INLINE Floats positiveStart() const
    {
        Floats values[Type::kNumbers];
        Floats weights[Type::kNumbers];
        Words codes[Type::kNumbers];
        for (std::size_t i = 0; i < Type::kNumbers; ++i) {
            values[i] = at(m_values, i);
            weights[i] = at(m_weights, i);
        }
        return PositiveSearch<Type::kNumbers, Type::kMost + 2>(values, weights).run(codes);
    }

    static HWY_INLINE Words placeOf(Words points)
    {
        HWY_ALIGN_MAX std::uint32_t lanes[kLanes];
        hn::Store(points, WordTag(), lanes);
        for (std::uint32_t &lane : lanes)
            lane = gridOf<Type>().placeOf(lane & (kMoved - 1));
        return hn::Load(WordTag(), lanes);
    }

    const float *m_weights;
    HWY_ALIGN_MAX float m_values[Type::kNumbers * kLanes]; // numbers without their signs
    Words m_signs[kSigns];
    Mask m_empty;
};

// Not inlined: it is much code, and its callers have loops.
template <class Type>
HWY_NOINLINE Floats storeSubBlock(const float *numbers, const float *weights, std::size_t subBlock,
                                  GridBlock<Type> &into)
{
    return GridSubBlock<Type>(numbers, weights).store(subBlock, into);
}

template <class Type, bool kWithImportance> struct GridKernel {
    static constexpr std::size_t kNumbers = kGridNumbers;
    static constexpr std::size_t kWords = Type::kWords;
    static constexpr HalfPlace kHalf = HalfPlace::First;
    static constexpr bool kImportance = kWithImportance;

    static HWY_INLINE void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
    {
        GridBlock<Type> block;
        Floats scales[kSubBlocks];
        HWY_ALIGN_MAX float weights[Type::kNumbers * kLanes];
        const Floats squares = sumOfSquares<kNumbers>(tile.numbers);
        const Floats variance = hn::Mul(hn::Mul(floats(Type::kVariance), squares), floats(1.0F / kNumbers));
        for (std::size_t s = 0; s < kSubBlocks; ++s) {
            const std::size_t first = s * Type::kNumbers;
            weigh(tile, first, variance, weights);
            scales[s] = storeSubBlock<Type>(tile.numbers + first * kLanes, weights, s, block);
        }
        storeScales(scales, block, into);
        Type::write(block, into);
    }

private:
    static constexpr std::size_t kSubBlocks = GridBlock<Type>::kSubBlocks;

    static HWY_INLINE void weigh(const Tile<kNumbers> &tile, std::size_t first, Floats variance,
                                 float *weights)
    {
        const float *numbers = tile.numbers + first * kLanes;
        if constexpr (kImportance) {
            weighByImportance<Type::kNumbers>(numbers, tile.importance + first * kLanes, variance, weights);
        } else {
            const Floats part = hn::Mul(floats(Type::kPlainVariance), variance);
            for (std::size_t i = 0; i < Type::kNumbers; ++i)
                put(hn::Add(part, square(at(numbers, i))), weights, i);
        }
    }

    static HWY_INLINE void storeScales(const Floats *scales, GridBlock<Type> &block, BlockWords<kWords> &into)
    {
        Floats largest = hn::Zero(FloatTag());
        for (std::size_t s = 0; s < kSubBlocks; ++s)
            largest = greater(largest, scales[s]);
        const auto empty = hn::RebindMask(WordTag(), hn::Eq(largest, hn::Zero(FloatTag())));
        const Floats scale = hn::Div(largest, floats(31.0F));
        into.putHalf(into.scale(hn::Mul(scale, floats(Type::kFudge))));
        const Floats factor = hn::Div(floats(1.0F), scale);
        for (std::size_t s = 0; s < kSubBlocks; ++s) {
            const Floats exact = hn::Sub(hn::Mul(factor, scales[s]), floats(1.0F));
            const Ints code = clamped(nearest(hn::Mul(floats(0.5F), exact)), 0, 15);
            block.scales[s] = hn::IfThenZeroElse(empty, wordsOf(code));
        }
        if constexpr (!Type::kKeepsPoints) {
            for (Words &place : block.places)
                place = hn::IfThenZeroElse(empty, place);
            for (Words &signs : block.signs)
                signs = hn::IfThenZeroElse(empty, signs);
        }
    }
};

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
