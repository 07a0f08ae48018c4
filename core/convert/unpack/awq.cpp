// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/packing_method.h"
#include "core/convert/unpack/methods.h"
#include "core/convert/unpack/packed_bits.h"
#include "core/convert/unpack/part_numbers.h"
#include "core/hub/json.h"

#include <array>

namespace snug::convert {

// Version "gemm": a layer stored transposed, eight neighbours of a row in a word, in this order.
Result<std::unique_ptr<StoredNumbers>> unpackedAwq(const PackedSource &packed)
{
    constexpr std::array<std::int64_t, 8> kPlaceOf = {0, 4, 1, 5, 2, 6, 3, 7};
    constexpr std::int64_t kBits = 4;
    const std::int64_t rows = packed.source.shape[0];
    const std::int64_t columns = packed.source.shape[1];
    const nlohmann::json *said = quantizationOf(packed.config);
    if (said == nullptr || hub::textOf(*said, "version").value_or("gemm") != "gemm" ||
        hub::countOf(*said, "bits", 8).value_or(kBits) != kBits)
        return unknownLayout(packed, "awq", "AWQ of another version than gemm with 4 bits");
    SNUG_TRY(PartNumbers scales, numbersBeside(packed, ".scales"));
    const PackedPart *zeros = packed.ending(".qzeros");
    const bool fits = scales.shape.size() == 2 && scales.shape[1] == rows && scales.shape[0] >= 1 &&
                      columns % scales.shape[0] == 0 && rows % 8 == 0;
    if (!fits)
        return badPacking(packed, "the scales do not fit the numbers");
    const std::int64_t groups = scales.shape[0];
    if (zeros == nullptr || static_cast<std::int64_t>(zeros->bytes.size()) != groups * rows / 2)
        return badPacking(packed, "the zero points do not fit the numbers");
    const PackedWords words{packed.parts.front().bytes, rows / 8, kBits};
    const PackedWords zero{zeros->bytes, rows / 8, kBits};
    return computedNumbers(columns, [=, width = columns / groups,
                                     scales = std::move(scales)](std::int64_t row, std::int64_t column) {
        const std::int64_t place = row / 8 * 8 + kPlaceOf[static_cast<std::size_t>(row % 8)];
        const std::int64_t group = column / width;
        const std::int32_t number = words.alongRow(column, place) - zero.alongRow(group, place);
        return static_cast<float>(number) * scales[group * rows + row];
    });
}

} // namespace snug::convert
