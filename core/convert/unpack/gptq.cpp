// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/packing_method.h"
#include "core/convert/unpack/methods.h"
#include "core/convert/unpack/packed_bits.h"
#include "core/convert/unpack/part_numbers.h"
#include "core/hub/json.h"

#include <algorithm>

namespace snug::convert {
namespace {

// The group of each column: as g_idx says, or one after the other.
Result<std::vector<std::int64_t>> groupsOf(const PackedSource &packed, std::int64_t columns,
                                           std::int64_t groups)
{
    SNUG_TRY(const PartNumbers said, numbersBeside(packed, ".g_idx"));
    std::vector<std::int64_t> found(static_cast<std::size_t>(columns));
    if (said.values.empty()) {
        const std::int64_t width = (columns + groups - 1) / groups;
        for (std::int64_t i = 0; i < columns; ++i)
            found[static_cast<std::size_t>(i)] = i / width;
        return found;
    }
    if (said.count() != columns)
        return badPacking(packed, "g_idx does not have an entry for each column");
    std::transform(said.values.begin(), said.values.end(), found.begin(), indexIn);
    const bool within = std::all_of(found.begin(), found.end(),
                                    [groups](std::int64_t group) { return group >= 0 && group < groups; });
    if (!within)
        return badPacking(packed, "g_idx names a group that is not there");
    return found;
}

} // namespace

// Words along the columns of a layer that is stored transposed: [in / numbers a word, out]; zeros along rows.
Result<std::unique_ptr<StoredNumbers>> unpackedGptq(const PackedSource &packed)
{
    const std::int64_t rows = packed.source.shape[0];
    const std::int64_t columns = packed.source.shape[1];
    const nlohmann::json *said = quantizationOf(packed.config);
    const std::int64_t bits = said != nullptr ? hub::countOf(*said, "bits", 8).value_or(4) : 4;
    SNUG_TRY(PartNumbers scales, numbersBeside(packed, ".scales"));
    const PackedPart *zeros = packed.ending(".qzeros");
    if (scales.shape.size() != 2 || scales.shape[1] != rows || scales.shape[0] < 1 || bits < 2)
        return badPacking(packed, "the scales do not fit the numbers");
    const std::int64_t groups = scales.shape[0];
    const std::int64_t zeroWords = (rows * bits + 31) / 32;
    if (zeros == nullptr || static_cast<std::int64_t>(zeros->bytes.size()) != groups * zeroWords * 4)
        return badPacking(packed, "the zero points do not fit the numbers");
    SNUG_TRY(std::vector<std::int64_t> group, groupsOf(packed, columns, groups));
    const bool secondFormat = said != nullptr && hub::textOf(*said, "checkpoint_format") == "gptq_v2";
    const PackedWords words{packed.parts.front().bytes, rows, bits};
    const PackedWords zero{zeros->bytes, zeroWords, bits};
    return computedNumbers(columns, [=, scales = std::move(scales), group = std::move(group),
                                     less = secondFormat ? 0 : 1](std::int64_t row, std::int64_t column) {
        const std::int64_t of = group[static_cast<std::size_t>(column)];
        const std::int32_t number = words.alongColumn(column, row) - (zero.alongRow(of, row) + less);
        return static_cast<float>(number) * scales[of * rows + row];
    });
}

} // namespace snug::convert
