// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// The frame of every kernel: blocks in rows become blocks in lanes, and what a kernel made of them becomes
// bytes. A kernel is a struct with
//     kNumbers     numbers of a block
//     kWords       32-bit words of a block, as they are stored (low byte first)
//     kHalf        whether 16 more bits are stored before or after those words
//     kImportance  whether it wants the importance of its numbers
//     static void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
#if defined(SNUG_QUANT_SIMD_TILE) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_TILE
#undef SNUG_QUANT_SIMD_TILE
#else
#define SNUG_QUANT_SIMD_TILE
#endif

#include "core/quant/simd/block_job.h"
#include "core/quant/simd/lanes-inl.h"

#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

enum class HalfPlace { None, First, Last };

// The blocks of all lanes: number i of the block of lane k is at [i * kLanes + k].
template <std::size_t kNumbers> struct Tile {
    HWY_ALIGN_MAX float numbers[kNumbers * kLanes];
    HWY_ALIGN_MAX float importance[kNumbers * kLanes]; // only if the kernel wants it
};

template <std::size_t kWords> struct BlockWords {
    HWY_ALIGN_MAX std::uint32_t stored[kWords * kLanes];
    HWY_ALIGN_MAX std::uint32_t half[kLanes];
    Ints largestHalf; // of the scales, without their signs

    // Written out, because what compilers write themselves is for no target in particular.
    HWY_INLINE BlockWords() : largestHalf(hn::Zero(IntTag())) {}

    HWY_INLINE void put(std::size_t place, Words word)
    {
        hn::Store(word, WordTag(), stored + place * kLanes);
    }
    HWY_INLINE void putHalf(Words word) { hn::Store(word, WordTag(), half); }

    // How a scale is stored.
    HWY_INLINE Words scale(Floats number)
    {
        const Words bits = toHalf(number);
        largestHalf = hn::Max(largestHalf, hn::BitCast(IntTag(), hn::And(bits, words(0x7FFF))));
        return bits;
    }
};

// Four codes, each a byte, the first one lowest.
HWY_INLINE Words fourBytes(const Ints *codes)
{
    const Words low = hn::Or(wordsOf(codes[0]), hn::ShiftLeft<8>(wordsOf(codes[1])));
    const Words high = hn::Or(wordsOf(codes[2]), hn::ShiftLeft<8>(wordsOf(codes[3])));
    return hn::Or(low, hn::ShiftLeft<16>(high));
}

#if HWY_TARGET == HWY_SCALAR

template <std::size_t kNumbers> HWY_INLINE void load(const float *const *from, float *into)
{
    std::memcpy(into, *from, kNumbers * sizeof(float));
}

#else

// Four numbers of four rows: `rows[k][0..3]` becomes column k of `columns`, whose rows are `stride` apart.
HWY_INLINE void turnFour(const float *const *rows, std::size_t first, float *columns, std::size_t stride)
{
    const hn::FixedTag<float, 4> d;
    const auto row0 = hn::LoadU(d, rows[0] + first);
    const auto row1 = hn::LoadU(d, rows[1] + first);
    const auto row2 = hn::LoadU(d, rows[2] + first);
    const auto row3 = hn::LoadU(d, rows[3] + first);
    const auto low02 = hn::InterleaveLower(d, row0, row2);
    const auto low13 = hn::InterleaveLower(d, row1, row3);
    const auto high02 = hn::InterleaveUpper(d, row0, row2);
    const auto high13 = hn::InterleaveUpper(d, row1, row3);
    hn::Store(hn::InterleaveLower(d, low02, low13), d, columns);
    hn::Store(hn::InterleaveUpper(d, low02, low13), d, columns + stride);
    hn::Store(hn::InterleaveLower(d, high02, high13), d, columns + 2 * stride);
    hn::Store(hn::InterleaveUpper(d, high02, high13), d, columns + 3 * stride);
}

// `from`: where each lane's block begins.
template <std::size_t kNumbers> HWY_INLINE void load(const float *const *from, float *into)
{
    for (std::size_t lane = 0; lane < kLanes; lane += 4) {
        for (std::size_t i = 0; i < kNumbers; i += 4)
            turnFour(from + lane, i, into + i * kLanes + lane, kLanes);
    }
}

#endif

// Of the bits of all numbers without their signs, which are as large as the numbers are.
template <std::size_t kNumbers> HWY_INLINE Ints largestOf(const float *numbers, Ints largest)
{
    for (std::size_t i = 0; i < kNumbers; ++i) {
        const Ints bits = hn::BitCast(IntTag(), at(numbers, i));
        largest = hn::Max(largest, hn::And(bits, ints(0x7FFFFFFF)));
    }
    return largest;
}

template <class Kernel> constexpr std::size_t blockBytes()
{
    return 4 * Kernel::kWords + (Kernel::kHalf == HalfPlace::None ? 0 : 2);
}

// The blocks of the first `lanes` lanes.
template <class Kernel>
HWY_INLINE void store(const BlockWords<Kernel::kWords> &from, std::size_t lanes, std::byte *into)
{
    constexpr std::size_t kWords = Kernel::kWords;
    constexpr std::size_t kFirst = Kernel::kHalf == HalfPlace::First ? 2 : 0;
    for (std::size_t lane = 0; lane < lanes; ++lane, into += blockBytes<Kernel>()) {
        for (std::size_t word = 0; word < kWords; ++word)
            std::memcpy(into + kFirst + 4 * word, from.stored + word * kLanes + lane, 4);
        if constexpr (Kernel::kHalf != HalfPlace::None)
            std::memcpy(into + (kFirst != 0 ? 0 : 4 * kWords), from.half + lane, 2);
    }
}

// A last tile that is not full repeats its last block.
template <class Kernel> bool encodeBlocks(const BlockJob &job)
{
    constexpr std::size_t kNumbers = Kernel::kNumbers;
    Tile<kNumbers> tile;
    BlockWords<Kernel::kWords> made;
    const std::size_t rowNumbers = job.blocksPerRow * kNumbers;
    Ints largest = hn::Zero(IntTag());
    for (std::size_t first = 0; first < job.blocks; first += kLanes) {
        const std::size_t lanes = job.blocks - first < kLanes ? job.blocks - first : kLanes;
        const float *from[kLanes];
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            from[lane] = job.numbers + (first + (lane < lanes ? lane : lanes - 1)) * kNumbers;
        load<kNumbers>(from, tile.numbers);
        largest = largestOf<kNumbers>(tile.numbers, largest);
        if constexpr (Kernel::kImportance) {
            for (const float *&at : from)
                at = job.importance + static_cast<std::size_t>(at - job.numbers) % rowNumbers;
            load<kNumbers>(from, tile.importance);
        }
        Kernel::encode(tile, made);
        store<Kernel>(made, lanes, job.into + first * blockBytes<Kernel>());
    }
    const auto finite = hn::Lt(largest, ints(0x7F800000));
    return hn::AllTrue(IntTag(), finite) && hn::AllTrue(IntTag(), hn::Lt(made.largestHalf, ints(0x7C00)));
}

template <class Plain, class Weighed> bool encodeEither(const BlockJob &job)
{
    return job.importance == nullptr ? encodeBlocks<Plain>(job) : encodeBlocks<Weighed>(job);
}

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
