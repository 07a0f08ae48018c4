// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// The frame of types that ask nothing of a block but its least and its greatest number, neither of which
// depends on an order: a lane is a number, and blocks stay as they lie. A kernel is a struct with
//     kNumbers      numbers of a block
//     kHead         bytes before the codes, up to 4
//     kFifth        whether 32 more bits are stored between the two, one for each number
//     kBytes        bytes of codes
//     static void measure(FlatBatch &batch)
//     static Floats bytes(FlatBatch &batch, std::size_t block, std::size_t place): those from `place` of the
//                   block's codes on, whole numbers from -128 to 255, each in its lane
#if defined(SNUG_QUANT_SIMD_FLAT_BLOCKS) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_FLAT_BLOCKS
#undef SNUG_QUANT_SIMD_FLAT_BLOCKS
#else
#define SNUG_QUANT_SIMD_FLAT_BLOCKS
#endif

#include "core/quant/simd/tile-inl.h"

#include <array>

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

// One block for each lane.
struct FlatBatch : StoredScales {
    const float *numbers;                      // block after block
    HWY_ALIGN_MAX float factors[kLanes];       // what numbers are multiplied by
    HWY_ALIGN_MAX float bases[kLanes];         // what is added then, or subtracted before
    HWY_ALIGN_MAX std::uint32_t heads[kLanes]; // first byte lowest
    HWY_ALIGN_MAX std::uint32_t fifth[kLanes]; // first number's lowest

    HWY_INLINE FlatBatch() {}
};

// Which zero is meant where it is one, nobody knows.
struct Ends {
    Floats least;
    Floats greatest;
};

#if HWY_TARGET == HWY_SCALAR

template <std::size_t kNumbers> HWY_INLINE Ends endsOf(const float *numbers)
{
    const auto [least, greatest] = std::minmax_element(numbers, numbers + kNumbers);
    return {floats(*least), floats(*greatest)};
}

struct ByteOrder {
    HWY_INLINE void store(const Words (&from)[4], std::uint8_t *into) const
    {
        for (std::size_t k = 0; k < 4; ++k)
            into[k] = static_cast<std::uint8_t>(hn::GetLane(from[k]));
    }
};

#else

template <std::size_t kNumbers> HWY_INLINE Ends endsOf(const float *numbers)
{
    const float *blocks[kLanes];
    for (std::size_t lane = 0; lane < kLanes; ++lane)
        blocks[lane] = numbers + lane * kNumbers;
    Floats least[4];
    Floats greatest[4];
    for (std::size_t row = 0; row < 4; ++row) {
        least[row] = foursOf(blocks, row, 0);
        greatest[row] = least[row];
        for (std::size_t i = 4; i < kNumbers; i += 4) {
            const Floats four = foursOf(blocks, row, i);
            least[row] = hn::Min(least[row], four);
            greatest[row] = hn::Max(greatest[row], four);
        }
    }
    turn(FloatTag(), least);
    turn(FloatTag(), greatest);
    return {hn::Min(hn::Min(least[0], least[1]), hn::Min(least[2], least[3])),
            hn::Max(hn::Max(greatest[0], greatest[1]), hn::Max(greatest[2], greatest[3]))};
}

// Brings what is the lowest byte of each lane of four vectors into one, in order.
class ByteOrder {
public:
    HWY_INLINE ByteOrder() : m_order(hn::SetTableIndices(WordTag(), kOrder.data()))
    {
        for (std::size_t vector = 0; vector < 4; ++vector)
            m_spread[vector] = hn::LoadDup128(Bytes(), kSpread.data() + 16 * vector);
    }

    HWY_INLINE void store(const Words (&from)[4], std::uint8_t *into) const
    {
        const auto part = [&](std::size_t k) {
            return hn::TableLookupBytesOr0(hn::BitCast(Bytes(), from[k]), m_spread[k]);
        };
        const auto spread = hn::Or(hn::Or(part(0), part(1)), hn::Or(part(2), part(3)));
        const Words ordered = hn::TableLookupLanes(hn::BitCast(WordTag(), spread), m_order);
        hn::StoreU(hn::BitCast(Bytes(), ordered), Bytes(), into);
    }

private:
    using Bytes = hn::Repartition<std::uint8_t, FloatTag>;

    // In each 16 bytes: those of vector k become the k-th four of them.
    static constexpr std::array<std::uint8_t, 64> kSpread = [] {
        std::array<std::uint8_t, 64> places{};
        for (std::size_t i = 0; i < places.size(); ++i)
            places[i] = i % 16 / 4 == i / 16 ? static_cast<std::uint8_t>(i % 4 * 4) : 0x80;
        return places;
    }();
    // The fours are then in every fourth place.
    static constexpr std::array<std::int32_t, kLanes> kOrder = [] {
        std::array<std::int32_t, kLanes> places{};
        for (std::size_t i = 0; i < kLanes; ++i)
            places[i] = static_cast<std::int32_t>(4 * i % kLanes + 4 * i / kLanes);
        return places;
    }();

    hn::Vec<Bytes> m_spread[4];
    decltype(hn::SetTableIndices(WordTag(), kOrder.data())) m_order;
};

#endif

// In the chosen lanes, the block's first number that is as far from 0 as the lane's.
template <std::size_t kNumbers> HWY_NOINLINE Floats firstAsFar(const float *blocks, Mask chosen, Floats as)
{
    HWY_ALIGN_MAX float numbers[kLanes];
    put(as, numbers, 0);
    for (std::uint32_t left = bitsOf(chosen); left != 0; left &= left - 1) {
        const std::size_t lane = hwy::Num0BitsBelowLS1Bit_Nonzero32(left);
        const float *const block = blocks + lane * kNumbers;
        const float *const end = block + kNumbers;
        const float *const first = std::find_if(
            block, end, [&](float number) { return number == numbers[lane] || number == -numbers[lane]; });
        numbers[lane] = first == end ? numbers[lane] : *first;
    }
    return at(numbers, 0);
}

HWY_INLINE Floats distanceOf(const Ends &ends)
{
    return hn::Max(hn::Abs(ends.least), hn::Abs(ends.greatest));
}

// The number that is farthest from 0, and of those the first; 0 if all are 0.
template <std::size_t kNumbers> HWY_INLINE Floats farthestEnd(const float *blocks, const Ends &ends)
{
    const Floats zero = hn::Zero(FloatTag());
    const Floats below = hn::Neg(ends.least);
    const Floats farthest = choose(hn::Gt(below, ends.greatest), ends.least, ends.greatest);
    const Mask nothing = hn::Eq(farthest, zero);
    const Mask either = hn::AndNot(nothing, hn::Eq(below, ends.greatest));
    const Floats found = none(either) ? farthest : firstAsFar<kNumbers>(blocks, either, farthest);
    return choose(nothing, zero, found);
}

// The codes at `place` among those of all blocks, to four vectors of them. Returns what lies above a code as
// a float, the greatest of it: more than kAboveCodes if one was no number.
constexpr std::uint32_t kAboveCodes = 0x4B;
template <class Kernel>
HWY_INLINE Words putCodes(FlatBatch &batch, std::size_t place, const ByteOrder &order, std::uint8_t *into)
{
    Words codes[4];
    for (std::size_t k = 0; k < 4; ++k, place += kLanes) {
        const Floats made = Kernel::bytes(batch, place / Kernel::kBytes, place % Kernel::kBytes);
        codes[k] = hn::BitCast(WordTag(), hn::Add(made, floats(kRounder)));
    }
    order.store(codes, into);
    return hn::ShiftRight<24>(hn::Max(hn::Max(codes[0], codes[1]), hn::Max(codes[2], codes[3])));
}

template <class Kernel>
HWY_INLINE void storeBlocks(const FlatBatch &batch, const std::uint8_t *codes, std::size_t lanes,
                            std::byte *into)
{
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        std::memcpy(into, batch.heads + lane, Kernel::kHead);
        into += Kernel::kHead;
        if constexpr (Kernel::kFifth) {
            std::memcpy(into, batch.fifth + lane, 4);
            into += 4;
        }
        std::memcpy(into, codes + lane * Kernel::kBytes, Kernel::kBytes);
        into += Kernel::kBytes;
    }
}

// A batch that is not full, with its last block again and again.
template <std::size_t kNumbers> const float *repeatLast(const float *numbers, std::size_t lanes, float *into)
{
    for (std::size_t lane = 0; lane < kLanes; ++lane)
        std::copy_n(numbers + std::min(lane, lanes - 1) * kNumbers, kNumbers, into + lane * kNumbers);
    return into;
}

// The batches of a job, and which of two is made ready while the other's codes are made: neither waits for
// the other then.
template <class Kernel> class FlatBatches {
public:
    HWY_INLINE explicit FlatBatches(const BlockJob &job) : m_job(job) {}

    HWY_INLINE FlatBatch &from(std::size_t first) { return m_batches[first / kLanes % 2]; }

    HWY_INLINE void measure(std::size_t first)
    {
        constexpr std::size_t kNumbers = Kernel::kNumbers;
        constexpr std::size_t kAhead = 4 * kLanes; // blocks that are sent for
        constexpr std::size_t kCacheLine = 16;     // numbers
        FlatBatch &batch = from(first);
        const std::size_t left = m_job.blocks - first;
        const float *const numbers = m_job.numbers + first * kNumbers;
        batch.numbers = left < kLanes ? repeatLast<kNumbers>(numbers, left, m_part) : numbers;
        for (std::size_t i = 0; left >= kAhead + kLanes && i < kLanes * kNumbers; i += kCacheLine)
            hwy::Prefetch(numbers + kAhead * kNumbers + i);
        Kernel::measure(batch);
    }

    [[nodiscard]] HWY_INLINE bool allFinite() const
    {
        return m_batches[0].allFinite() && m_batches[1].allFinite();
    }

private:
    const BlockJob &m_job;
    FlatBatch m_batches[2];
    HWY_ALIGN_MAX float m_part[kLanes * Kernel::kNumbers];
};

template <class Kernel> bool encodeFlat(const BlockJob &job)
{
    constexpr std::size_t kBlockBytes = Kernel::kHead + (Kernel::kFifth ? 4 : 0) + Kernel::kBytes;
    constexpr std::size_t kAllBytes = kLanes * Kernel::kBytes;
    const ByteOrder order;
    FlatBatches<Kernel> batches(job);
    HWY_ALIGN_MAX std::uint8_t codes[kAllBytes];
    Words above = words(kAboveCodes);
    if (job.blocks > 0)
        batches.measure(0);
    for (std::size_t first = 0; first < job.blocks; first += kLanes) {
        if (first + kLanes < job.blocks)
            batches.measure(first + kLanes);
        FlatBatch &batch = batches.from(first);
        for (std::size_t place = 0; place < kAllBytes; place += 4 * kLanes)
            above = hn::Max(above, putCodes<Kernel>(batch, place, order, codes + place));
        storeBlocks<Kernel>(batch, codes, std::min(job.blocks - first, kLanes),
                            job.into + first * kBlockBytes);
    }
    return hn::AllTrue(WordTag(), hn::Eq(above, words(kAboveCodes))) && batches.allFinite();
}

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
