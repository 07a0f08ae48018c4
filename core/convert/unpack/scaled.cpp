// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/packing_method.h"
#include "core/convert/unpack/methods.h"
#include "core/convert/unpack/packed_bits.h"
#include "core/convert/unpack/part_numbers.h"
#include "core/hub/json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace snug::convert {
namespace {

// Scales of a matrix, or of a stack of them, in blocks of rows and columns; the last ones may be cut off.
struct BlockScales {
    PartNumbers scales;
    std::int64_t stackRows = 1; // rows of one matrix
    std::int64_t blockRows = 1;
    std::int64_t blockColumns = 1;
    std::int64_t across = 1; // scales of a row of blocks
    std::int64_t down = 1;   // rows of blocks of a matrix

    [[nodiscard]] float at(std::int64_t row, std::int64_t column) const
    {
        const std::int64_t block = row / stackRows * down + std::min(row % stackRows / blockRows, down - 1);
        return scales[block * across + std::min(column / blockColumns, across - 1)];
    }
};

std::int64_t ceilDivided(std::int64_t number, std::int64_t by)
{
    return (number + by - 1) / by;
}

// The side of a block: what the configuration says, or what makes the counts meet.
std::int64_t sideOf(const PackedSource &packed, std::size_t which, std::int64_t length, std::int64_t count)
{
    const nlohmann::json *said = quantizationOf(packed.config);
    const nlohmann::json *sides = said != nullptr ? hub::memberOf(*said, "weight_block_size") : nullptr;
    if (sides != nullptr && sides->is_array() && sides->size() == 2 && (*sides)[which].is_number_integer()) {
        const auto side = (*sides)[which].get<std::int64_t>();
        if (side > 0 && ceilDivided(length, side) == count)
            return side;
    }
    return length % count == 0 ? length / count : 0;
}

Result<BlockScales> scalesOf(const PackedSource &packed)
{
    constexpr std::array<std::string_view, 4> kNames = {".weight_scale_inv", ".weight_scale",
                                                        ".qscale_weight", "_scale_inv"};
    BlockScales found;
    for (const std::string_view name : kNames) {
        SNUG_TRY(found.scales, numbersBeside(packed, name));
        if (!found.scales.values.empty())
            break;
    }
    const auto &shape = packed.source.shape;
    const std::int64_t columns = shape.back();
    found.stackRows = shape.size() >= 2 ? shape[shape.size() - 2] : 1;
    std::int64_t stack = 1;
    for (std::size_t i = 0; i + 2 < shape.size(); ++i)
        stack *= shape[i];
    const std::int64_t count = found.scales.count();
    const auto &grid = found.scales.shape;
    if (count == 0 || columns < 1 || found.stackRows < 1)
        return badPacking(packed, "the scales do not fit the numbers");
    if (count == 1) { // one for all
        found.stackRows *= stack;
        stack = 1;
    }
    // A list of scales has one a row or, of a stack, one a matrix.
    found.across = grid.size() < 2 || count == stack ? 1 : grid.back();
    found.down = found.across > 0 ? count / found.across / stack : 0;
    if (found.across < 1 || found.down < 1 || found.across * found.down * stack != count)
        return badPacking(packed, "the scales do not fit the numbers");
    found.blockRows = sideOf(packed, 0, found.stackRows, found.down);
    found.blockColumns = sideOf(packed, 1, columns, found.across);
    if (found.blockRows < 1 || found.blockColumns < 1)
        return badPacking(packed, "the scales do not fit the numbers");
    return found;
}

} // namespace

// Small floats, each times the scale of its block, row, matrix or tensor.
Result<std::unique_ptr<StoredNumbers>> unpackedFp8(const PackedSource &packed)
{
    const PackedPart &part = packed.parts.front();
    std::shared_ptr<const StoredNumbers> numbers = plainNumbers(part.tensor->dtype, part.bytes);
    if (numbers == nullptr)
        return badPacking(packed, "its type is none of 8 bits");
    SNUG_TRY(BlockScales scales, scalesOf(packed));
    const std::int64_t columns = packed.source.shape.back();
    return computedNumbers(
        columns, [numbers, columns, scales = std::move(scales)](std::int64_t row, std::int64_t column) {
            float number = 0;
            numbers->read(row * columns + column, 1, {&number, 1});
            return number * scales.at(row, column);
        });
}

// compressed-tensors "int-quantized".
Result<std::unique_ptr<StoredNumbers>> unpackedScaledInts(const PackedSource &packed)
{
    SNUG_TRY(BlockScales scales, scalesOf(packed));
    SNUG_TRY(PartNumbers zeros, numbersBeside(packed, ".weight_zero_point"));
    if (!zeros.values.empty() && zeros.count() != scales.scales.count())
        return badPacking(packed, "the zero points do not fit the scales");
    BlockScales zeroPoints = scales;
    if (zeros.values.empty())
        std::fill(zeroPoints.scales.values.begin(), zeroPoints.scales.values.end(), 0.0F);
    else
        zeroPoints.scales = std::move(zeros);
    const std::int64_t columns = packed.source.shape.back();
    return computedNumbers(columns, [numbers = packed.parts.front().bytes, columns,
                                     scales = std::move(scales),
                                     zeros = std::move(zeroPoints)](std::int64_t row, std::int64_t column) {
        const auto stored = gguf::fromLittleEndian<std::int8_t>(numbers.data() + row * columns + column);
        return (static_cast<float>(stored) - zeros.at(row, column)) * scales.at(row, column);
    });
}

} // namespace snug::convert
