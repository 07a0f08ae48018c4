// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/unpack/methods.h"
#include "core/convert/unpack/packed_bits.h"
#include "core/convert/unpack/part_numbers.h"

#include <functional>
#include <numeric>

namespace snug::convert {

// The weight is seen as a matrix of groups: a group a row (axis 1) or a column (axis 0). Of its rows, bytes
// hold one from each of as many equal parts as numbers fit in, the first part in the highest bits.
Result<std::unique_ptr<StoredNumbers>> unpackedHqq(const PackedSource &packed)
{
    SNUG_TRY(const PartNumbers axis, numbersBeside(packed, ".axis"));
    SNUG_TRY(const PartNumbers saidBits, numbersBeside(packed, ".nbits"));
    SNUG_TRY(PartNumbers scales, numbersBeside(packed, ".scale"));
    SNUG_TRY(PartNumbers zeros, numbersBeside(packed, ".zero"));
    const std::int64_t elements = std::accumulate(packed.source.shape.begin(), packed.source.shape.end(),
                                                  std::int64_t{1}, std::multiplies<std::int64_t>());
    const auto bytes = packed.parts.front().bytes;
    const std::int64_t held =
        bytes.empty() ? 0 : elements / static_cast<std::int64_t>(bytes.size()); // numbers a byte
    const std::int64_t bits = held > 0 ? 8 / held : 0;
    const bool byteHoldsWhole = held == 1 || held == 2 || held == 4 || held == 8;
    if (axis.count() != 1 || scales.values.empty() || zeros.values.empty())
        return unknownLayout(packed, "hqq", "HQQ whose scales are packed too");
    const bool alongRows = axis[0] == 1.0F;
    const std::int64_t columns = packed.parts.front().tensor->shape.back();
    const std::int64_t groups = scales.count();
    if (!byteHoldsWhole || held * static_cast<std::int64_t>(bytes.size()) != elements || columns < 1 ||
        groups < 1 || elements % columns != 0 || zeros.count() != groups ||
        (saidBits.count() == 1 && indexIn(saidBits[0]) != bits) ||
        (alongRows ? elements / columns : columns) != groups)
        return badPacking(packed, "the scales do not fit the numbers");
    const std::int64_t partRows = elements / columns / held;
    return computedNumbers(columns, [=, scales = std::move(scales),
                                     zeros = std::move(zeros)](std::int64_t row, std::int64_t column) {
        const std::int64_t part = row / partRows;
        const auto byte = std::to_integer<unsigned>(
            bytes[static_cast<std::size_t>((row - part * partRows) * columns + column)]);
        const auto shift = static_cast<unsigned>(bits * (held - 1 - part));
        const unsigned number = byte >> shift & ((1U << static_cast<unsigned>(bits)) - 1U);
        const std::int64_t group = alongRows ? row : column;
        return (static_cast<float>(number) - zeros[group]) * scales[group];
    });
}

} // namespace snug::convert
