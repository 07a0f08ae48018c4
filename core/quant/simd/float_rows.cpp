// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/simd/float_rows.h"

#include "core/gguf/little_endian.h"
#include "core/quant/half.h"
#include "core/quant/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/simd/float_rows.cpp"
#include <hwy/foreach_target.h>
// After it: it includes this file once for every target.
#include "core/quant/simd/lanes-inl.h"

#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace snug::quant::simd::HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR

HWY_INLINE Words loadShorts(const std::byte *from)
{
    return words(gguf::fromLittleEndian<std::uint16_t>(from));
}

HWY_INLINE void storeShorts(Words numbers, std::byte *into)
{
    gguf::toLittleEndian(static_cast<std::uint16_t>(hn::GetLane(numbers)), into);
}

#else

using ShortTag = hn::Rebind<std::uint16_t, FloatTag>;
using ByteTag = hn::Repartition<std::uint8_t, ShortTag>;

// 16 bits each.
HWY_INLINE Words loadShorts(const std::byte *from)
{
    const auto bytes = hn::LoadU(ByteTag(), reinterpret_cast<const std::uint8_t *>(from));
    return hn::PromoteTo(WordTag(), hn::BitCast(ShortTag(), bytes));
}

HWY_INLINE void storeShorts(Words numbers, std::byte *into)
{
    const auto shorts = hn::DemoteTo(ShortTag(), hn::BitCast(IntTag(), numbers));
    hn::StoreU(hn::BitCast(ByteTag(), shorts), ByteTag(), reinterpret_cast<std::uint8_t *>(into));
}

#endif

struct Half {
    static HWY_INLINE Floats widened(Words half)
    {
        const Words magnitude = hn::ShiftLeft<13>(hn::And(half, words(0x7FFF)));
        const auto infinite = hn::Gt(hn::BitCast(IntTag(), magnitude), ints(0x0F7FFFFF));
        const Words exponent = wordsOf(hn::IfThenElseZero(infinite, ints(0x7F800000)));
        return hn::BitCast(FloatTag(), hn::Or(hn::BitCast(WordTag(), fromHalf(half)), exponent));
    }
    static HWY_INLINE Words narrowed(Floats number) { return toHalf(number); }
};

struct Bfloat16 {
    static HWY_INLINE Floats widened(Words bits) { return hn::BitCast(FloatTag(), hn::ShiftLeft<16>(bits)); }
    static HWY_INLINE Words narrowed(Floats number)
    {
        const Words bits = hn::BitCast(WordTag(), number);
        const Words high = hn::ShiftRight<16>(bits);
        const Words even = hn::And(high, words(1));
        const Words near = hn::ShiftRight<16>(hn::Add(bits, hn::Add(even, words(0x7FFF))));
        const auto magnitude = hn::BitCast(IntTag(), hn::And(bits, words(0x7FFFFFFF)));
        const auto none = hn::RebindMask(WordTag(), hn::Gt(magnitude, ints(0x7F800000)));
        return hn::IfThenElse(none, hn::Or(high, words(64)), near); // a quiet one
    }
};

// How many are done, of whole vectors.
template <class Type> HWY_INLINE std::size_t widen(const std::byte *from, float *into, std::size_t count)
{
    std::size_t done = 0;
    for (; done + kLanes <= count; done += kLanes)
        hn::StoreU(Type::widened(loadShorts(from + 2 * done)), FloatTag(), into + done);
    return done;
}

template <class Type> HWY_INLINE std::size_t narrow(const float *from, std::byte *into, std::size_t count)
{
    std::size_t done = 0;
    for (; done + kLanes <= count; done += kLanes)
        storeShorts(Type::narrowed(hn::LoadU(FloatTag(), from + done)), into + 2 * done);
    return done;
}

std::size_t copyVectors(const float *from, std::byte *into, std::size_t count, bool &finite)
{
    std::size_t done = 0;
    finite = true;
#if HWY_TARGET == HWY_SCALAR
    (void)from, (void)into, (void)count;
#else
    const hn::Repartition<std::uint8_t, FloatTag> bytes;
    Ints largest = ints(0);
    for (; done + kLanes <= count; done += kLanes) {
        const Floats numbers = hn::LoadU(FloatTag(), from + done);
        largest = hn::Max(largest, hn::And(hn::BitCast(IntTag(), numbers), ints(0x7FFFFFFF)));
        hn::StoreU(hn::BitCast(bytes, numbers), bytes, reinterpret_cast<std::uint8_t *>(into + 4 * done));
    }
    finite = hn::AllTrue(IntTag(), hn::Lt(largest, ints(0x7F800000)));
#endif
    return done;
}

std::size_t widenHalves(const std::byte *from, float *into, std::size_t count)
{
    return widen<Half>(from, into, count);
}

std::size_t widenBfloat16(const std::byte *from, float *into, std::size_t count)
{
    return widen<Bfloat16>(from, into, count);
}

std::size_t narrowToHalves(const float *from, std::byte *into, std::size_t count)
{
    return narrow<Half>(from, into, count);
}

std::size_t narrowToBfloat16(const float *from, std::byte *into, std::size_t count)
{
    return narrow<Bfloat16>(from, into, count);
}

} // namespace
} // namespace snug::quant::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snug::quant::simd {

HWY_EXPORT(copyVectors);
HWY_EXPORT(widenHalves);
HWY_EXPORT(widenBfloat16);
HWY_EXPORT(narrowToHalves);
HWY_EXPORT(narrowToBfloat16);

bool copyFloats(std::span<const float> from, std::byte *into)
{
    bool finite = true;
    std::size_t at = HWY_DYNAMIC_DISPATCH(copyVectors)(from.data(), into, from.size(), finite);
    for (; at < from.size(); ++at) {
        gguf::toLittleEndian(from[at], into + 4 * at);
        finite = finite && std::isfinite(from[at]);
    }
    return finite;
}

void halvesToFloats(const std::byte *from, std::span<float> into)
{
    std::size_t at = HWY_DYNAMIC_DISPATCH(widenHalves)(from, into.data(), into.size());
    for (; at < into.size(); ++at)
        into[at] = quant::fromHalf(gguf::fromLittleEndian<std::uint16_t>(from + 2 * at));
}

void bfloat16ToFloats(const std::byte *from, std::span<float> into)
{
    std::size_t at = HWY_DYNAMIC_DISPATCH(widenBfloat16)(from, into.data(), into.size());
    for (; at < into.size(); ++at)
        into[at] = quant::fromBfloat16(gguf::fromLittleEndian<std::uint16_t>(from + 2 * at));
}

void floatsToHalves(std::span<const float> from, std::byte *into)
{
    std::size_t at = HWY_DYNAMIC_DISPATCH(narrowToHalves)(from.data(), into, from.size());
    for (; at < from.size(); ++at)
        gguf::toLittleEndian(quant::toHalf(from[at]), into + 2 * at);
}

void floatsToBfloat16(std::span<const float> from, std::byte *into)
{
    std::size_t at = HWY_DYNAMIC_DISPATCH(narrowToBfloat16)(from.data(), into, from.size());
    for (; at < from.size(); ++at)
        gguf::toLittleEndian(quant::toBfloat16(from[at]), into + 2 * at);
}

} // namespace snug::quant::simd
#endif
