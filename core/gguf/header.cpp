// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/header.h"

#include <algorithm>

namespace snug::gguf {

const Value *Header::find(std::string_view key) const
{
    const auto entry =
        std::find_if(values.begin(), values.end(), [key](const KeyValue &pair) { return pair.key == key; });
    return entry == values.end() ? nullptr : &entry->value;
}

std::int64_t Header::dataEnd() const
{
    return tensors.empty() ? dataOffset : dataOffset + tensors.back().offset + tensors.back().bytes;
}

std::int64_t Header::tensorBytes() const
{
    std::int64_t sum = 0;
    for (const Tensor &tensor : tensors)
        sum += tensor.bytes;
    return sum;
}

} // namespace snug::gguf
