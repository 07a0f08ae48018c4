// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// The frame of every kernel: blocks in rows become blocks in lanes, and what a kernel made of them becomes
// bytes. A kernel is a struct with
//     kNumbers     numbers of a block
//     kWords       32-bit words of a block, as they are stored (low byte first)
//     kHalf        whether 16 more bits are stored before or after those words
//     kImportance  whether it wants the importance of its numbers
//     kRowVariance (if it is there at all) that it wants the mean square of the row
//     static void encode(const Tile<kNumbers> &tile, BlockWords<kWords> &into)
#if defined(SNUG_QUANT_SIMD_TILE) == defined(HWY_TARGET_TOGGLE)
#ifdef SNUG_QUANT_SIMD_TILE
#undef SNUG_QUANT_SIMD_TILE
#else
#define SNUG_QUANT_SIMD_TILE
#endif

#include "core/quant/simd/block_job.h"
#include "core/quant/simd/lanes-inl.h"

#include <algorithm>
#include <cstring>
#include <hwy/cache_control.h>

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {

enum class HalfPlace { None, First, Last };

// The blocks of all lanes: number i of the block of lane k is at [i * kLanes + k].
template <std::size_t kNumbers> struct Tile {
    const float *blocks[kLanes]; // the same numbers in their rows
    HWY_ALIGN_MAX float numbers[kNumbers * kLanes];
    HWY_ALIGN_MAX float importance[kNumbers * kLanes]; // only if the kernel wants it
    HWY_ALIGN_MAX float variance[kLanes];              // of the block's row; only if the kernel wants it
};

// Scales as they are stored, and whether all could be.
class StoredScales {
public:
    // Written out, because what compilers write themselves is for no target in particular.
    HWY_INLINE StoredScales() : m_largest(hn::Zero(IntTag())) {}

    HWY_INLINE Words scale(Floats number)
    {
        const Words bits = toHalf(number);
        m_largest = hn::Max(m_largest, hn::BitCast(IntTag(), hn::And(bits, words(0x7FFF))));
        return bits;
    }

    // As if a scale were infinite where `mask` is set.
    HWY_INLINE void refuse(hn::Mask<IntTag> mask)
    {
        m_largest = hn::Max(m_largest, hn::IfThenElseZero(mask, ints(0x7FFF)));
    }

    [[nodiscard]] HWY_INLINE bool allFinite() const
    {
        return hn::AllTrue(IntTag(), hn::Lt(m_largest, ints(0x7C00)));
    }

private:
    Ints m_largest; // without signs
};

template <std::size_t kWords> struct BlockWords : StoredScales {
    HWY_ALIGN_MAX std::uint32_t stored[kWords * kLanes] = {};
    HWY_ALIGN_MAX std::uint32_t half[kLanes] = {};

    HWY_INLINE BlockWords() {}

    HWY_INLINE void put(std::size_t place, Words word)
    {
        hn::Store(word, WordTag(), stored + place * kLanes);
    }
    HWY_INLINE void putHalf(Words word) { hn::Store(word, WordTag(), half); }
};

// Four codes, each a byte, the first one lowest.
HWY_INLINE Words fourBytes(const Ints *codes)
{
    const Words low = hn::Or(wordsOf(codes[0]), hn::ShiftLeft<8>(wordsOf(codes[1])));
    const Words high = hn::Or(wordsOf(codes[2]), hn::ShiftLeft<8>(wordsOf(codes[3])));
    return hn::Or(low, hn::ShiftLeft<16>(high));
}

// Those of a number without its sign, which are as large as the number is.
HWY_INLINE Ints magnitudeBits(Floats number)
{
    return hn::And(hn::BitCast(IntTag(), number), ints(0x7FFFFFFF));
}

#if HWY_TARGET == HWY_SCALAR

template <std::size_t kNumbers>
HWY_INLINE Ints load(const float *const *from, const float *const *, float *into)
{
    Ints largest = ints(0);
    for (std::size_t i = 0; i < kNumbers; ++i) {
        put(floats(from[0][i]), into, i);
        largest = hn::Max(largest, magnitudeBits(at(into, i)));
    }
    return largest;
}

HWY_INLINE void storeQuads(const std::uint32_t *, std::size_t, std::byte *, std::size_t) {}

#else

// Four rows of four become four columns, in each four lanes.
template <class Tag, class Vector = hn::Vec<Tag>> HWY_INLINE void turn(Tag d, Vector (&rows)[4])
{
    const Vector low02 = hn::InterleaveLower(d, rows[0], rows[2]);
    const Vector low13 = hn::InterleaveLower(d, rows[1], rows[3]);
    const Vector high02 = hn::InterleaveUpper(d, rows[0], rows[2]);
    const Vector high13 = hn::InterleaveUpper(d, rows[1], rows[3]);
    rows[0] = hn::InterleaveLower(d, low02, low13);
    rows[1] = hn::InterleaveUpper(d, low02, low13);
    rows[2] = hn::InterleaveLower(d, high02, high13);
    rows[3] = hn::InterleaveUpper(d, high02, high13);
}

// Four numbers of every fourth lane, from `lane` on.
HWY_INLINE Floats foursOf(const float *const *from, std::size_t lane, std::size_t number)
{
    const hn::FixedTag<float, 4> d;
    const auto four = [&](std::size_t k) { return hn::LoadU(d, from[lane + 4 * k] + number); };
#if HWY_CAP_GE512
    const hn::FixedTag<float, 8> half;
    return hn::Combine(FloatTag(), hn::Combine(half, four(3), four(2)), hn::Combine(half, four(1), four(0)));
#elif HWY_CAP_GE256
    return hn::Combine(FloatTag(), four(1), four(0));
#else
    return four(0);
#endif
}

// `from`: where each lane's block begins; `next`: those that are wanted after these, which are sent for.
// Returns the largest magnitude of all numbers, as bits.
template <std::size_t kNumbers>
HWY_INLINE Ints load(const float *const *from, const float *const *next, float *into)
{
    constexpr std::size_t kCacheLine = 16; // numbers
    Ints largest[4] = {ints(0), ints(0), ints(0), ints(0)};
    for (std::size_t i = 0; i < kNumbers; i += 4) {
        for (std::size_t lane = i % kCacheLine / 4; lane < kLanes; lane += 4)
            hwy::Prefetch(next[lane] + i / kCacheLine * kCacheLine);
        Floats rows[4] = {foursOf(from, 0, i), foursOf(from, 1, i), foursOf(from, 2, i), foursOf(from, 3, i)};
        for (std::size_t k = 0; k < 4; ++k)
            largest[k] = hn::Max(largest[k], magnitudeBits(rows[k]));
        turn(FloatTag(), rows);
        for (std::size_t k = 0; k < 4; ++k)
            put(rows[k], into, i + k);
    }
    return hn::Max(hn::Max(largest[0], largest[1]), hn::Max(largest[2], largest[3]));
}

// The first `quads` times four words of all lanes' blocks, which are `blockBytes` apart.
HWY_INLINE void storeQuads(const std::uint32_t *words, std::size_t quads, std::byte *into,
                           std::size_t blockBytes)
{
    const hn::FixedTag<std::uint32_t, 4> d;
    const hn::FixedTag<std::uint8_t, 16> bytes;
    auto *to = reinterpret_cast<std::uint8_t *>(into);
    for (std::size_t lane = 0; lane < kLanes; lane += 4, to += 4 * blockBytes) {
        for (std::size_t quad = 0; quad < quads; ++quad) {
            const std::uint32_t *from = words + 4 * quad * kLanes + lane;
            hn::Vec<decltype(d)> rows[4] = {hn::Load(d, from), hn::Load(d, from + kLanes),
                                            hn::Load(d, from + 2 * kLanes), hn::Load(d, from + 3 * kLanes)};
            turn(d, rows);
            for (std::size_t k = 0; k < 4; ++k)
                hn::StoreU(hn::BitCast(bytes, rows[k]), bytes, to + k * blockBytes + 16 * quad);
        }
    }
}

#endif

template <class Kernel> constexpr bool wantsVariance()
{
    return requires
    {
        Kernel::kRowVariance;
    };
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
    constexpr std::size_t kBytes = blockBytes<Kernel>();
    // Of a full tile, as many words as can be turned; single ones for the rest.
    const std::size_t quads = lanes == kLanes && kLanes >= 4 ? kWords / 4 : 0;
    storeQuads(from.stored, quads, into + kFirst, kBytes);
    for (std::size_t lane = 0; lane < lanes; ++lane, into += kBytes) {
        for (std::size_t word = 4 * quads; word < kWords; ++word)
            std::memcpy(into + kFirst + 4 * word, from.stored + word * kLanes + lane, 4);
        if constexpr (Kernel::kHalf != HalfPlace::None)
            std::memcpy(into + (kFirst != 0 ? 0 : 4 * kWords), from.half + lane, 2);
    }
}

// Where the blocks of a tile begin. Past the end, the last one is repeated.
template <std::size_t kNumbers>
HWY_INLINE void findBlocks(const BlockJob &job, std::size_t first, const float **blocks)
{
    for (std::size_t lane = 0; lane < kLanes; ++lane)
        blocks[lane] = job.numbers + std::min(first + lane, job.blocks - 1) * kNumbers;
}

// `variances`: of the rows, if the kernel wants them.
template <class Kernel> HWY_INLINE bool encodeTiles(const BlockJob &job, const float *variances)
{
    constexpr std::size_t kNumbers = Kernel::kNumbers;
    Tile<kNumbers> tile;
    BlockWords<Kernel::kWords> made;
    const std::size_t rowNumbers = job.blocksPerRow * kNumbers;
    Ints largest = hn::Zero(IntTag());
    for (std::size_t first = 0; first < job.blocks; first += kLanes) {
        const std::size_t lanes = std::min(job.blocks - first, kLanes);
        const float *next[kLanes];
        findBlocks<kNumbers>(job, first, tile.blocks);
        findBlocks<kNumbers>(job, first + kLanes, next);
        largest = hn::Max(largest, load<kNumbers>(tile.blocks, next, tile.numbers));
        if constexpr (Kernel::kImportance) {
            const float *importance[kLanes];
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                const auto place = static_cast<std::size_t>(tile.blocks[lane] - job.numbers);
                importance[lane] = job.importance + place % rowNumbers;
                if constexpr (wantsVariance<Kernel>())
                    tile.variance[lane] = variances[place / rowNumbers];
            }
            load<kNumbers>(importance, importance, tile.importance);
        }
        Kernel::encode(tile, made);
        store<Kernel>(made, lanes, job.into + first * blockBytes<Kernel>());
    }
    const auto finite = hn::Lt(largest, ints(0x7F800000));
    return hn::AllTrue(IntTag(), finite) && made.allFinite();
}

// The mean squares of up to kLanes rows, each summed up from its first number to its last.
template <std::size_t kNumbers> HWY_INLINE void varianceOfRows(const BlockJob &job, float *variances)
{
    HWY_ALIGN_MAX float part[kNumbers * kLanes];
    const std::size_t rowNumbers = job.blocksPerRow * kNumbers;
    const std::size_t rows = job.blocks / job.blocksPerRow;
    const float *from[kLanes];
    for (std::size_t lane = 0; lane < kLanes; ++lane)
        from[lane] = job.numbers + (lane < rows ? lane : rows - 1) * rowNumbers;
    Floats sum = hn::Zero(FloatTag());
    for (std::size_t block = 0; block < job.blocksPerRow; ++block) {
        load<kNumbers>(from, from, part);
        for (std::size_t i = 0; i < kNumbers; ++i)
            sum = hn::Add(sum, square(at(part, i)));
        for (const float *&row : from)
            row += kNumbers;
    }
    put(hn::Div(sum, floats(static_cast<float>(rowNumbers))), variances, 0);
}

template <class Kernel> bool encodeBlocks(const BlockJob &job)
{
    if constexpr (!wantsVariance<Kernel>())
        return encodeTiles<Kernel>(job, nullptr);
    bool finite = true;
    const std::size_t atOnce = kLanes * job.blocksPerRow;
    for (std::size_t first = 0; first < job.blocks; first += atOnce) {
        BlockJob some = job;
        some.blocks = job.blocks - first < atOnce ? job.blocks - first : atOnce;
        some.numbers += first * Kernel::kNumbers;
        some.into += first * blockBytes<Kernel>();
        HWY_ALIGN_MAX float variances[kLanes];
        varianceOfRows<Kernel::kNumbers>(some, variances);
        finite = encodeTiles<Kernel>(some, variances) && finite;
    }
    return finite;
}

template <class Plain, class Weighed> bool encodeEither(const BlockJob &job)
{
    return job.importance == nullptr ? encodeBlocks<Plain>(job) : encodeBlocks<Weighed>(job);
}

} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
