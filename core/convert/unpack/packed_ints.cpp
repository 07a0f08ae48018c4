// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/unpack/methods.h"
#include "core/convert/unpack/packed_bits.h"
#include "core/convert/unpack/part_numbers.h"

#include <algorithm>

namespace snug::convert {

// compressed-tensors "pack-quantized": numbers along rows, zero points along columns, both with half of the
// range added, so that without zero points that half is what is taken off.
Result<std::unique_ptr<StoredNumbers>> unpackedInts(const PackedSource &packed)
{
    const std::int64_t rows = packed.source.shape[0];
    const std::int64_t columns = packed.source.shape[1];
    const CheckpointTensor &carrier = *packed.parts.front().tensor;
    const std::int64_t words = carrier.shape[1];
    const std::int64_t bits = words * 32 / std::max<std::int64_t>(columns, 1);
    SNUG_TRY(PartNumbers scales, numbersBeside(packed, ".weight_scale"));
    SNUG_TRY(const PartNumbers places, numbersBeside(packed, ".weight_g_idx"));
    const std::int64_t groups = rows > 0 ? scales.count() / rows : 0;
    if (groups < 1 || scales.count() != groups * rows || columns % groups != 0 || bits < 1 || bits > 8)
        return badPacking(packed, "the scales do not fit the numbers");
    if (!places.values.empty() && places.count() != columns)
        return badPacking(packed, "g_idx does not have an entry for each column");
    std::vector<std::int64_t> group(static_cast<std::size_t>(columns));
    for (std::int64_t i = 0; i < columns; ++i) {
        const auto named = places.values.empty() ? i / (columns / groups) : indexIn(places[i]);
        if (named < 0 || named >= groups)
            return badPacking(packed, "g_idx names a group that is not there");
        group[static_cast<std::size_t>(i)] = named;
    }
    const PackedPart *zeros = packed.ending(".weight_zero_point");
    const std::int64_t zeroBytes = (rows * bits + 31) / 32 * 4 * groups;
    if (zeros != nullptr && static_cast<std::int64_t>(zeros->bytes.size()) != zeroBytes)
        return badPacking(packed, "the zero points do not fit the numbers");
    const PackedWords numbers{packed.parts.front().bytes, words, bits};
    const PackedWords zero{zeros != nullptr ? zeros->bytes : std::span<const std::byte>(), groups, bits};
    return computedNumbers(columns, [=, half = std::int32_t{1} << (bits - 1), hasZeros = zeros != nullptr,
                                     scales = std::move(scales),
                                     group = std::move(group)](std::int64_t row, std::int64_t column) {
        const std::int64_t of = group[static_cast<std::size_t>(column)];
        const std::int32_t none = hasZeros ? zero.alongColumn(row, of) : half;
        return static_cast<float>(numbers.alongRow(row, column) - none) * scales[row * groups + of];
    });
}

} // namespace snug::convert
