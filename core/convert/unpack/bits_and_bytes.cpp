// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/unpack/methods.h"
#include "core/convert/unpack/packed_bits.h"
#include "core/convert/unpack/part_numbers.h"
#include "core/hub/json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <numeric>

namespace snug::convert {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostBlock = 1 << 20;

// What bitsandbytes writes beside a tensor: JSON as bytes.
json quantState(const PackedSource &packed)
{
    for (const PackedPart &part : packed.parts) {
        if (part.tensor->name.find(".quant_state.") == std::string::npos)
            continue;
        const std::string_view text(reinterpret_cast<const char *>(part.bytes.data()), part.bytes.size());
        return hub::parseJson(text).value_or(json());
    }
    return {};
}

// A float for each block. With nested scales, each is looked up, scaled and moved.
Result<std::vector<float>> blockScales(const PackedSource &packed, const json &state, std::int64_t blocks)
{
    SNUG_TRY(PartNumbers absmax, numbersBeside(packed, ".weight.absmax"));
    if (absmax.count() != blocks)
        return badPacking(packed, "the scales do not fit the blocks");
    SNUG_TRY(const PartNumbers nested, numbersBeside(packed, ".weight.nested_absmax"));
    if (nested.values.empty())
        return std::move(absmax.values);
    SNUG_TRY(const PartNumbers map, numbersBeside(packed, ".weight.nested_quant_map"));
    const std::int64_t width = hub::countOf(state, "nested_blocksize", kMostBlock).value_or(256);
    const auto offset = state.find("nested_offset");
    if (map.count() != 256 || width < 1 || (blocks + width - 1) / width > nested.count() ||
        offset == state.end() || !offset->is_number())
        return badPacking(packed, "the scales of the scales do not fit");
    const auto moved = static_cast<float>(offset->get<double>());
    for (std::int64_t i = 0; i < blocks; ++i) {
        float &scale = absmax.values[static_cast<std::size_t>(i)];
        // Also false for what is no number.
        if (!(scale >= 0 && scale <= 255))
            return badPacking(packed, "the scales of the scales do not fit");
        scale = map[static_cast<std::int64_t>(scale)] * nested[i / width] + moved;
    }
    return std::move(absmax.values);
}

} // namespace

// Two numbers a byte, the first in the high half; each names an entry of the map, which its block scales.
Result<std::unique_ptr<StoredNumbers>> unpackedBitsAndBytes4(const PackedSource &packed)
{
    const json state = quantState(packed);
    if (!state.is_object())
        return badPacking(packed, "its quant_state is no JSON");
    const std::int64_t width = hub::countOf(state, "blocksize", kMostBlock).value_or(0);
    const std::int64_t elements = std::accumulate(packed.source.shape.begin(), packed.source.shape.end(),
                                                  std::int64_t{1}, std::multiplies<std::int64_t>());
    const auto numbers = packed.parts.front().bytes;
    const auto shape = state.find("shape");
    if (width < 1 || static_cast<std::int64_t>(numbers.size()) * 2 != elements ||
        (shape != state.end() && *shape != json(packed.source.shape)))
        return badPacking(packed, "its shape is not that of the model");
    SNUG_TRY(PartNumbers map, numbersBeside(packed, ".weight.quant_map"));
    if (map.count() != 16)
        return badPacking(packed, "its map of numbers does not have 16");
    SNUG_TRY(std::vector<float> scales, blockScales(packed, state, (elements + width - 1) / width));
    return computedNumbers(elements, [numbers, width, map = std::move(map),
                                      scales = std::move(scales)](std::int64_t /*row*/, std::int64_t place) {
        const auto pair = std::to_integer<unsigned>(numbers[static_cast<std::size_t>(place / 2)]);
        const unsigned code = place % 2 == 0 ? pair >> 4U : pair & 15U;
        return map[code] * scales[static_cast<std::size_t>(place / width)];
    });
}

// A scale a row, of 127 (bitsandbytes, int8_vectorwise_dequant).
Result<std::unique_ptr<StoredNumbers>> unpackedBitsAndBytes8(const PackedSource &packed)
{
    const std::int64_t columns = packed.source.shape.back();
    SNUG_TRY(PartNumbers scales, numbersBeside(packed, ".SCB"));
    const PackedPart *format = packed.ending(".weight_format");
    // 0 is "row"; other orders were meant for one kind of GPU.
    if (format != nullptr && format->bytes.size() == 1 && format->bytes.front() != std::byte{0})
        return unknownLayout(packed, "bitsandbytes", "bitsandbytes with 8 bits in an order of tiles");
    if (packed.source.shape.size() != 2 || scales.count() != packed.source.shape.front())
        return badPacking(packed, "the scales do not fit the rows");
    return computedNumbers(columns, [numbers = packed.parts.front().bytes, columns,
                                     scales = std::move(scales)](std::int64_t row, std::int64_t column) {
        const auto stored = gguf::fromLittleEndian<std::int8_t>(numbers.data() + row * columns + column);
        const float scaled = static_cast<float>(stored) * scales[row];
        return scaled * 7.874015718698502e-3F;
    });
}

} // namespace snug::convert
