// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// How the engine finds the scales of sub-blocks of Q3_K without importance: codes reach from -kHalf to kHalf
// - 1; the number that is farthest from 0 gets -kHalf; then one code after the other is moved as long as that
// helps, in five rounds at most.
#if defined(SNUG_QUANT_SIMD_MOVING_SEARCH) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_MOVING_SEARCH
#undef SNUG_QUANT_SIMD_MOVING_SEARCH
#else
#define SNUG_QUANT_SIMD_MOVING_SEARCH
#endif

#include "core/quant/simd/tile-inl.h"

#include <bit>

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

// All sub-blocks of a tile. The first codes and their sums are made as everywhere, a sub-block in a lane.
// Moving codes is another matter: most lanes would wait for the few that move. There the lanes are the
// numbers of one sub-block. Until a code moves, the sums are the same for all, so all are asked at once
// whether they would, and the first that would does.
//
// Where the farthest number is positive, its code makes their product negative, and so are all products: no
// sum without one of them is positive, which is what a code needs to move. Those are never asked.
template <std::size_t kNumbers, std::size_t kSubBlocks, std::int32_t kHalf> class MovingSearch {
public:
    // `tile` is kept.
    HWY_INLINE explicit MovingSearch(const Tile<kNumbers * kSubBlocks> &tile) : m_tile(tile) {}

    // The scale of each sub-block.
    HWY_INLINE void run(Floats *scales)
    {
        const Floats zero = hn::Zero(FloatTag());
        Mask empty[kSubBlocks];
        m_count = 0;
        for (std::size_t s = 0; s < kSubBlocks; ++s) {
            const FirstCodes first = firstCodesOf(s);
            empty[s] = first.empty;
            sumUp(s, first);
            queue(s, first);
        }
        while (m_count > 0)
            moveQueued();
        for (std::size_t s = 0; s < kSubBlocks; ++s) {
            const Floats squares = at(m_squares, s);
            const Mask some = hn::AndNot(empty[s], hn::Gt(squares, zero));
            scales[s] = choose(some, hn::Div(at(m_products, s), squares), zero);
        }
    }

    // The codes that led to the scales of one sub-block of each lane, made positive by adding kHalf. They are
    // searched for once more: hardly ever does anyone want them.
    HWY_NOINLINE void codesOf(std::size_t subBlock, Ints *codes)
    {
        const FirstCodes first = firstCodesOf(subBlock);
        HWY_ALIGN_MAX float found[kNumbers * kLanes];
        for (std::size_t i = 0; i < kNumbers; ++i)
            put(first.of(at(numbersOf(subBlock), i)), found, i);
        sumUp(subBlock, first);
        m_count = 0;
        queue(subBlock, first);
        for (std::size_t k = 0; k < m_count; ++k) {
            while (move(m_moving[k], m_moving[k])) {
            }
            for (std::size_t i = 0; i < kNumbers; ++i)
                found[i * kLanes + m_moving[k].place % kLanes] = m_moving[k].codes[i];
        }
        for (std::size_t i = 0; i < kNumbers; ++i) {
            const Ints code = hn::Add(nearest(at(found, i)), ints(kHalf));
            codes[i] = hn::IfThenZeroElse(hn::RebindMask(IntTag(), first.empty), code);
        }
    }

private:
    static constexpr std::size_t kVectors = kNumbers / kLanes; // of a sub-block whose numbers are lanes
    static constexpr std::uint32_t kAll = (std::uint32_t{1} << kNumbers) - 1;
    static constexpr std::uint32_t kRounds = 5;

    struct FirstCodes {
        Floats factor;
        Mask empty;

        // No number is farther than the farthest, so none gets less than -kHalf.
        [[nodiscard]] HWY_INLINE Floats of(Floats number) const
        {
            return hn::Min(rounded(hn::Mul(factor, number)), floats(kHalf - 1));
        }
    };

    // A sub-block whose codes may move.
    struct Moving {
        HWY_ALIGN_MAX float codes[kNumbers];
        const float *numbers; // in their row
        std::uint32_t place;  // of its sums
        std::uint32_t left;   // a bit for each number that this round has not come to
        std::uint32_t round;
    };

    [[nodiscard]] HWY_INLINE const float *numbersOf(std::size_t subBlock) const
    {
        return m_tile.numbers + subBlock * kNumbers * kLanes;
    }

    [[nodiscard]] HWY_INLINE FirstCodes firstCodesOf(std::size_t subBlock) const
    {
        const Farthest farthest = farthestOfFinite<kNumbers>(numbersOf(subBlock));
        const Mask empty = farthest.isNothing();
        return {hn::Div(floats(-kHalf), choose(empty, floats(1.0F), farthest.number)), empty};
    }

    HWY_INLINE void sumUp(std::size_t subBlock, const FirstCodes &first)
    {
        Floats products = hn::Zero(FloatTag());
        Floats squares = products;
        for (std::size_t i = 0; i < kNumbers; ++i) {
            const Floats number = at(numbersOf(subBlock), i);
            const Floats weight = square(number);
            const Floats code = first.of(number);
            products = hn::Add(products, hn::Mul(hn::Mul(weight, number), code));
            squares = hn::Add(squares, hn::Mul(hn::Mul(weight, code), code));
        }
        put(products, m_products, subBlock);
        put(squares, m_squares, subBlock);
    }

    // Those lanes whose farthest number is negative, if a code may move there.
    HWY_INLINE void queue(std::size_t subBlock, const FirstCodes &first)
    {
        HWY_ALIGN_MAX float factors[kLanes];
        put(first.factor, factors, 0);
        std::uint32_t lanes = bitsOf(hn::Gt(first.factor, hn::Zero(FloatTag())));
        for (; lanes != 0; lanes &= lanes - 1) {
            const auto lane = static_cast<std::size_t>(std::countr_zero(lanes));
            const FirstCodes own = {floats(factors[lane]), first.empty};
            Moving &moving = m_moving[m_count];
            moving.numbers = m_tile.blocks[lane] + subBlock * kNumbers;
            moving.place = static_cast<std::uint32_t>(subBlock * kLanes + lane);
            moving.left = kAll;
            moving.round = 0;
            m_count += begin(moving, own) ? 1 : 0;
        }
    }

    // The first codes of a sub-block, and whether any of them may move. Most are so near to what they would
    // become that no rounding on the way can matter: a code moves if number * otherSquares / others (see
    // ask()) is farther from it than half. As a number's own share cancels,
    //     number * otherSquares - code * others = number * squares - code * products,
    // and where a cut code is meant, number * squares may be cut to as many products. What rounding does to
    // these is less than products / 20000, since the farthest number's share is at least 4 times its third
    // power, and squares are at most 256 times its second; twice as much and more is allowed for.
    HWY_INLINE bool begin(Moving &moving, const FirstCodes &first) const
    {
        const Floats products = floats(m_products[moving.place]);
        const Floats squares = floats(m_squares[moving.place]);
        const Floats least = hn::Mul(products, floats(-kHalf));
        const Floats most = hn::Mul(products, floats(kHalf - 1));
        const Floats reach = hn::Mul(products, floats(0.499F - 0.0001F));
        Mask stays = hn::Gt(products, floats(1e-30F)); // below, rounding does more
        for (std::size_t v = 0; v < kVectors; ++v) {
            const Floats number = hn::LoadU(FloatTag(), moving.numbers + v * kLanes);
            const Floats code = first.of(number);
            put(code, moving.codes, v);
            const Floats wanted = hn::Max(least, hn::Min(most, hn::Mul(number, squares)));
            const Floats away = hn::Abs(hn::NegMulAdd(code, products, wanted));
            const Floats share = hn::Mul(hn::Mul(square(number), number), code);
            stays = both(stays, hn::Lt(away, hn::NegMulAdd(floats(0.499F), share, reach)));
        }
        return !all(stays);
    }

    // One code of each. Those where none moves any more leave.
    HWY_INLINE void moveQueued()
    {
        std::size_t stay = 0;
        for (std::size_t k = 0; k < m_count; ++k)
            stay += move(m_moving[k], m_moving[stay]) ? 1 : 0;
        m_count = stay;
    }

    // Whether a code moved. Without branches, for nobody could foretell them.
    HWY_INLINE bool move(const Moving &from, Moving &into)
    {
        Floats codes[kVectors];
        Floats moved[kVectors];
        HWY_ALIGN_MAX float products[kNumbers + 1]; // with that code moved; at last: with none
        HWY_ALIGN_MAX float squares[kNumbers + 1];
        products[kNumbers] = m_products[from.place];
        squares[kNumbers] = m_squares[from.place];
        std::uint32_t helps = 0;
        for (std::size_t v = 0; v < kVectors; ++v) {
            codes[v] = at(from.codes, v);
            const Mask better = ask(hn::LoadU(FloatTag(), from.numbers + v * kLanes), codes[v], products,
                                    squares, v, moved[v]);
            helps |= bitsOf(better) << (v * kLanes);
        }
        const std::uint32_t ahead = helps & from.left;
        const std::uint32_t again = ahead == 0 ? 1 : 0; // this round is over
        const std::uint32_t round = from.round + again;
        const std::uint32_t inTime = 0U - static_cast<std::uint32_t>(round < kRounds);
        const std::uint32_t next = (ahead | (helps & (0U - again))) & inTime;
        const auto first = static_cast<std::uint32_t>(std::countr_zero(next | std::uint32_t{1} << kNumbers));
        m_products[from.place] = products[first];
        m_squares[from.place] = squares[first];
        into.numbers = from.numbers;
        into.place = from.place;
        into.left = kAll << 1 << first & kAll;
        into.round = round;
        for (std::size_t v = 0; v < kVectors; ++v) {
            const Ints numbers = hn::Iota(IntTag(), static_cast<std::int32_t>(v * kLanes));
            const auto here = hn::Eq(numbers, ints(static_cast<std::int32_t>(first)));
            put(choose(hn::RebindMask(FloatTag(), here), moved[v], codes[v]), into.codes, v);
        }
        return next != 0;
    }

    // Which of the numbers of vector `v` do better with another code, which one, and with what sums.
    static HWY_INLINE Mask ask(Floats number, Floats code, float *products, float *squares, std::size_t v,
                               Floats &moved)
    {
        const Floats zero = hn::Zero(FloatTag());
        const Floats allProducts = floats(products[kNumbers]);
        const Floats allSquares = floats(squares[kNumbers]);
        const Floats weight = square(number);
        const Floats weighed = hn::Mul(weight, number);
        const Floats others = hn::Sub(allProducts, hn::Mul(weighed, code));
        const Floats otherSquares = hn::Sub(allSquares, hn::Mul(hn::Mul(weight, code), code));
        const Floats exact = hn::Div(hn::Mul(number, otherSquares), others);
        moved = floatsOf(clamped(nearest(exact), -kHalf, kHalf - 1));
        const Floats newProducts = hn::Add(others, hn::Mul(weighed, moved));
        const Floats newSquares = hn::Add(otherSquares, hn::Mul(hn::Mul(weight, moved), moved));
        put(newProducts, products, v);
        put(newSquares, squares, v);
        const Mask may = both(both(hn::Gt(others, zero), hn::Ne(moved, code)), hn::Gt(newSquares, zero));
        return both(
            may, hn::Gt(hn::Mul(square(newProducts), allSquares), hn::Mul(square(allProducts), newSquares)));
    }

    const Tile<kNumbers * kSubBlocks> &m_tile;
    HWY_ALIGN_MAX float m_products[kSubBlocks * kLanes]; // of weights, numbers and codes: their sum
    HWY_ALIGN_MAX float m_squares[kSubBlocks * kLanes];  // of weights and codes twice
    Moving m_moving[kSubBlocks * kLanes];
    std::size_t m_count = 0;
};

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
