// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/unpack/part_numbers.h"

namespace snug::convert {

Result<PartNumbers> numbersBeside(const PackedSource &packed, std::string_view suffix)
{
    PartNumbers found;
    const PackedPart *part = packed.ending(suffix);
    if (part == nullptr)
        return found;
    const auto numbers = plainNumbers(part->tensor->dtype, part->bytes);
    const auto count = safetensors::elementCount(part->tensor->shape);
    if (numbers == nullptr || !count)
        return badPacking(packed, "what stands beside it are no numbers");
    found.shape = part->tensor->shape;
    found.values.resize(static_cast<std::size_t>(*count)); // their bytes are there
    numbers->read(0, 1, found.values);
    return found;
}

} // namespace snug::convert
