// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/unpack/mxfp4.h"

#include "core/convert/small_floats.h"

#include <array>

namespace snug::convert {
namespace {

constexpr std::size_t kPackedBytes = Mxfp4Blocks::kElements / 2;
constexpr std::array<float, 16> kNumbers = {0.0F,  0.5F,  1.0F,  1.5F,  2.0F,  3.0F,  4.0F,  6.0F,
                                            -0.0F, -0.5F, -1.0F, -1.5F, -2.0F, -3.0F, -4.0F, -6.0F};

std::uint8_t numberAt(std::span<const std::byte> block, std::size_t place)
{
    const auto pair = std::to_integer<std::uint8_t>(block[place / 2]);
    return static_cast<std::uint8_t>(place % 2 == 0 ? pair & 15U : pair >> 4U);
}

} // namespace

Result<Mxfp4Blocks> Mxfp4Blocks::of(const PackedSource &packed)
{
    const PackedPart *numbers = packed.ending("_blocks");
    const PackedPart *powers = packed.ending("_scales");
    if (numbers == nullptr || powers == nullptr ||
        numbers->bytes.size() != powers->bytes.size() * kPackedBytes)
        return badPacking(packed, "the scales do not fit the blocks");
    return Mxfp4Blocks(numbers->bytes, powers->bytes);
}

std::span<const std::byte> Mxfp4Blocks::block(std::int64_t place) const
{
    return m_numbers.subspan(static_cast<std::size_t>(place) * kPackedBytes, kPackedBytes);
}

void Mxfp4Blocks::repack(std::int64_t first, std::span<std::byte> into) const
{
    for (std::size_t i = 0; i < into.size() / kGgmlBytes; ++i) {
        const std::int64_t place = first + static_cast<std::int64_t>(i);
        const auto from = block(place);
        const auto to = into.subspan(i * kGgmlBytes, kGgmlBytes);
        to[0] = m_powers[static_cast<std::size_t>(place)];
        for (std::size_t j = 0; j < kPackedBytes; ++j)
            to[1 + j] = static_cast<std::byte>(numberAt(from, j) | numberAt(from, j + kPackedBytes) << 4U);
    }
}

void Mxfp4Blocks::unpack(std::int64_t first, std::span<float> into) const
{
    for (std::size_t i = 0; i < into.size(); ++i) {
        const std::int64_t place = first + static_cast<std::int64_t>(i / kElements);
        const float power =
            fromE8M0(std::to_integer<std::uint8_t>(m_powers[static_cast<std::size_t>(place)]));
        into[i] = kNumbers[numberAt(block(place), i % kElements)] * power;
    }
}

} // namespace snug::convert
