// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// The search for the scale of a sub-block whose codes have to be points of a grid, as the engine makes it:
// scales around the one that the largest number needs give codes; points that are not on the grid become the
// neighbour that loses least; the scale of the least weighed squares is kept, and tried once more.
//
// For the neighbours of one point, a lane is a neighbour: what each code would lose is known for all codes of
// all numbers first, and a neighbour's loss is the sum of some of these, in the engine's order.
#if defined(SNUG_QUANT_SIMD_GRID_SEARCH) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_GRID_SEARCH
#undef SNUG_QUANT_SIMD_GRID_SEARCH
#else
#define SNUG_QUANT_SIMD_GRID_SEARCH
#endif

#include "core/quant/simd/code_grid.h"
#include "core/quant/simd/lanes-inl.h"

#include <limits>

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

// Which points are sought once more with the scale that was found: those that were not on the grid; all of
// a sub-block where one was not; all.
enum class Again { Moved, AllIfMoved, All };

// Beside a point: it is not the one that the codes made.
constexpr std::uint32_t kMoved = 1U << 16;

// What is a number to each code, 2 * code + 1; tables are as long as the longest vector.
template <std::size_t kLevels> struct CodeValues;
template <> struct CodeValues<4> {
    HWY_ALIGN_MAX static constexpr float kValues[16] = {1, 3, 5, 7, 1, 3, 5, 7, 1, 3, 5, 7, 1, 3, 5, 7};
};
template <> struct CodeValues<8> {
    HWY_ALIGN_MAX static constexpr float kValues[16] = {1, 3, 5, 7, 9, 11, 13, 15, 1, 3, 5, 7, 9, 11, 13, 15};
};

// What the numbers of one point lose with each code, when codes are of that scale.
template <std::size_t kCodes, std::size_t kBits> class CodeLosses {
public:
    // `numbers`, `roots`: one for each code, kLanes apart. `roots`: of their weights.
    HWY_INLINE CodeLosses(const float *numbers, const float *roots, float scale)
    {
        for (std::size_t first = 0; first < kLevels; first += kLanes) {
            const Floats values = hn::Load(FloatTag(), CodeValues<kLevels>::kValues + first);
            const Floats scaled = hn::Mul(floats(scale), values);
            for (std::size_t i = 0; i < kCodes; ++i) {
                const Floats difference = hn::Sub(scaled, floats(numbers[i * kLanes]));
                const Floats loss = hn::Mul(hn::Mul(floats(roots[i * kLanes]), difference), difference);
                hn::Store(loss, FloatTag(), m_losses + i * kTable + first);
            }
        }
    }

    // The one of `points` that loses least, and of those the first. `points`: whole vectors of them.
    [[nodiscard]] HWY_INLINE std::uint32_t leastOf(std::span<const std::uint16_t> points) const
    {
        Floats least = lesser(lossOf(points.data()), floats(std::numeric_limits<float>::max()));
        if (points.size() == kLanes) // most often
            return points[static_cast<std::size_t>(hn::FindFirstTrue(FloatTag(), isLeast(least)))];
        Ints here = hn::Iota(IntTag(), 0);
        Ints which = here;
        for (std::size_t first = kLanes; first < points.size(); first += kLanes) {
            here = hn::Add(here, ints(kLanes));
            const Floats loss = lossOf(points.data() + first);
            const Mask less = hn::Lt(loss, least);
            least = choose(less, loss, least);
            which = hn::IfThenElse(hn::RebindMask(IntTag(), less), here, which);
        }
        constexpr std::int32_t kFar = std::numeric_limits<std::int32_t>::max();
        which = hn::IfThenElse(hn::RebindMask(IntTag(), isLeast(least)), which, ints(kFar));
        return points[static_cast<std::size_t>(hn::GetLane(hn::MinOfLanes(IntTag(), which)))];
    }

private:
    static constexpr std::size_t kLevels = std::size_t{1} << kBits;
    static constexpr std::size_t kTable = kLevels < kLanes ? kLanes : kLevels;

    static HWY_INLINE Mask isLeast(Floats losses)
    {
        return hn::Eq(losses, hn::MinOfLanes(FloatTag(), losses));
    }

    [[nodiscard]] HWY_INLINE Floats lossOf(const std::uint16_t *from) const
    {
        const hn::Rebind<std::uint16_t, IntTag> d;
        Ints points = hn::PromoteTo(IntTag(), hn::LoadU(d, from));
        Floats loss = entry<kLevels>(m_losses, hn::And(points, ints(kLevels - 1)));
        for (std::size_t i = 1; i < kCodes; ++i) {
            points = hn::ShiftRight<kBits>(points);
            loss = hn::Add(loss, entry<kLevels>(m_losses + i * kTable, hn::And(points, ints(kLevels - 1))));
        }
        return loss;
    }

    HWY_ALIGN_MAX float m_losses[kCodes * kTable];
};

// A Rule says
//     kNumbers      of a sub-block
//     kCodes        of a point, kBits of each, which is kMost at most
//     kSteps        that are tried on either side, each of kStep
//     kAgain        which points are sought again
template <class Rule> class GridSearch {
public:
    static constexpr std::size_t kPoints = Rule::kNumbers / Rule::kCodes;

    HWY_INLINE GridSearch(const CodeGrid &grid, const float *numbers, const float *weights)
        : m_grid(grid), m_numbers(numbers), m_weights(weights)
    {
        for (std::size_t i = 0; i < Rule::kNumbers; ++i) {
            put(hn::Sqrt(at(weights, i)), m_roots, i);
            put(hn::Mul(at(weights, i), at(numbers, i)), m_weighed, i);
        }
    }

    // `most`: the number that gets the highest code. `scale`: what to begin with. Returns the best one;
    // `kept`: the points, with kMoved beside some.
    HWY_INLINE Floats run(Floats most, Floats scale, Words *kept)
    {
        const Words initial = words(Rule::kAgain == Again::AllIfMoved ? kMoved : 0);
        for (std::size_t k = 0; k < kPoints; ++k)
            kept[k] = initial;
        const Floats zero = hn::Zero(FloatTag());
        Floats best = zero;
        for (int step = -Rule::kSteps; step <= Rule::kSteps; ++step) {
            const float top = 2 * Rule::kMost + 1 + static_cast<float>(step) * Rule::kStep;
            const Floats factor = hn::Div(floats(top), most);
            findPoints(factor, hn::Div(floats(1.0F), factor));
            for (std::size_t k = 0; k < kPoints; ++k)
                m_tried[k] = hn::Load(WordTag(), m_points + k * kLanes);
            sum(m_tried);
            const Mask better =
                both(hn::Gt(m_squares, zero), hn::Gt(square(m_products), hn::Mul(best, m_squares)));
            scale = choose(better, hn::Div(m_products, m_squares), scale);
            best = choose(better, hn::Mul(scale, m_products), best);
            keepWhere(better, kept);
        }
        return again(scale, kept);
    }

private:
    HWY_INLINE void keepWhere(Mask better, Words *kept) const
    {
        const auto mask = hn::RebindMask(WordTag(), better);
        for (std::size_t k = 0; k < kPoints; ++k)
            kept[k] = hn::IfThenElse(mask, m_tried[k], kept[k]);
    }

    HWY_INLINE Floats again(Floats scale, Words *kept)
    {
        const Floats zero = hn::Zero(FloatTag());
        Words moved = hn::Zero(WordTag());
        for (std::size_t k = 0; k < kPoints; ++k)
            moved = hn::Or(moved, kept[k]);
        Mask wanted = hn::Gt(scale, zero);
        if constexpr (Rule::kAgain != Again::All)
            wanted = both(wanted, isMoved(moved));
        if (none(wanted))
            return scale;
        findPoints(hn::Div(floats(1.0F), scale), scale);
        for (std::size_t k = 0; k < kPoints; ++k) {
            Mask replaced = wanted;
            if constexpr (Rule::kAgain == Again::Moved)
                replaced = both(replaced, isMoved(kept[k]));
            const Words found = hn::Load(WordTag(), m_points + k * kLanes);
            kept[k] = hn::IfThenElse(hn::RebindMask(WordTag(), replaced), found, kept[k]);
        }
        sum(kept);
        return choose(both(wanted, hn::Gt(m_squares, zero)), hn::Div(m_products, m_squares), scale);
    }

    static HWY_INLINE Mask isMoved(Words points)
    {
        return hn::RebindMask(FloatTag(), hn::TestBit(points, words(kMoved)));
    }

    // The points of all sub-blocks, for codes of that scale, which is 1 / factor.
    HWY_INLINE void findPoints(Floats factor, Floats scale)
    {
        for (std::size_t k = 0; k < kPoints; ++k) {
            Ints point = hn::Zero(IntTag());
            for (std::size_t i = Rule::kCodes; i-- > 0;) {
                const Floats number = at(m_numbers, k * Rule::kCodes + i);
                const Floats exact = hn::Mul(floats(0.5F), hn::Sub(hn::Mul(factor, number), floats(1.0F)));
                point = hn::Or(hn::ShiftLeft<Rule::kBits>(point), clamped(nearest(exact), 0, Rule::kMost));
            }
            hn::Store(wordsOf(point), WordTag(), m_points + k * kLanes);
        }
        HWY_ALIGN_MAX float scales[kLanes];
        put(scale, scales, 0);
        std::uint16_t places[kPoints * kLanes];
        std::size_t count = 0;
        for (std::size_t place = 0; place < kPoints * kLanes; ++place) {
            places[count] = static_cast<std::uint16_t>(place);
            count += m_grid.contains(m_points[place]) ? 0 : 1;
        }
        for (std::size_t n = 0; n < count; ++n)
            moveToGrid(places[n], scales[places[n] % kLanes]);
    }

    HWY_INLINE void moveToGrid(std::size_t place, float scale)
    {
        const std::size_t first = place / kLanes * Rule::kCodes * kLanes + place % kLanes;
        const CodeLosses<Rule::kCodes, Rule::kBits> losses(m_numbers + first, m_roots + first, scale);
        m_points[place] = kMoved | losses.leastOf(m_grid.neighboursOf(m_points[place]));
    }

    HWY_INLINE void sum(const Words *points)
    {
        m_products = m_squares = hn::Zero(FloatTag());
        for (std::size_t k = 0; k < kPoints; ++k) {
            Ints left = hn::BitCast(IntTag(), points[k]);
            for (std::size_t i = k * Rule::kCodes; i < (k + 1) * Rule::kCodes; ++i) {
                const Ints code = hn::And(left, ints((1 << Rule::kBits) - 1));
                const Floats value = floatsOf(hn::Add(hn::Add(code, code), ints(1)));
                m_products = hn::Add(m_products, hn::Mul(at(m_weighed, i), value));
                m_squares = hn::Add(m_squares, hn::Mul(hn::Mul(at(m_weights, i), value), value));
                left = hn::ShiftRight<Rule::kBits>(left);
            }
        }
    }

    const CodeGrid &m_grid;
    const float *m_numbers;
    const float *m_weights;
    HWY_ALIGN_MAX float m_roots[Rule::kNumbers * kLanes];   // of the weights
    HWY_ALIGN_MAX float m_weighed[Rule::kNumbers * kLanes]; // the numbers
    HWY_ALIGN_MAX std::uint32_t m_points[kPoints * kLanes]; // that were found last
    Words m_tried[kPoints];
    Floats m_products; // of weights, numbers and values: their sum
    Floats m_squares;  // of weights and values twice
};

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
