// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/stored_numbers.h"
#include "core/gguf/little_endian.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace snug::convert {

// A matrix of 32-bit words whose bits, along rows or along columns, are one stream of small numbers, the
// lowest bits first. A number may begin in one word and end in the next.
struct PackedWords {
    std::span<const std::byte> bytes;
    std::int64_t columns = 0; // words a row
    std::int64_t bits = 4;    // of a number

    // The number `place` of row `row`.
    [[nodiscard]] std::int32_t alongRow(std::int64_t row, std::int64_t place) const
    {
        return number(place, [&](std::int64_t word) { return at(row, word); });
    }
    // The number `place` of column `column`.
    [[nodiscard]] std::int32_t alongColumn(std::int64_t place, std::int64_t column) const
    {
        return number(place, [&](std::int64_t word) { return at(word, column); });
    }

private:
    [[nodiscard]] std::uint32_t at(std::int64_t row, std::int64_t column) const
    {
        return gguf::fromLittleEndian<std::uint32_t>(bytes.data() + (row * columns + column) * 4);
    }

    template <class Word> [[nodiscard]] std::int32_t number(std::int64_t place, Word word) const
    {
        const std::int64_t bit = place * bits;
        const std::int64_t shift = bit % 32;
        std::uint32_t found = word(bit / 32) >> shift;
        if (shift + bits > 32)
            found |= word(bit / 32 + 1) << (32 - shift);
        return static_cast<std::int32_t>(found & ((std::uint32_t{1} << bits) - 1));
    }
};

// Numbers of a matrix, each computed by itself: `at(row, column)`.
template <class At> class ComputedNumbers final : public StoredNumbers {
public:
    ComputedNumbers(std::int64_t columns, At at) : m_columns(columns), m_at(std::move(at)) {}

    void read(std::int64_t first, std::int64_t stride, std::span<float> into) const override
    {
        std::int64_t place = first;
        for (float &number : into) {
            number = m_at(place / m_columns, place % m_columns);
            place += stride;
        }
    }

private:
    std::int64_t m_columns;
    At m_at;
};

template <class At> std::unique_ptr<StoredNumbers> computedNumbers(std::int64_t columns, At at)
{
    return std::make_unique<ComputedNumbers<At>>(columns, std::move(at));
}

} // namespace snug::convert
