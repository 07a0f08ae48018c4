// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/header.h"

#include <bit>
#include <set>
#include <string>
#include <string_view>

namespace snug::test {

// What is wrong with a header that the reader let through; empty if nothing. Checks by its own means what
// readHeader promises.
[[nodiscard]] inline std::string inconsistency(const gguf::Header &header)
{
    if (header.version != 2 && header.version != 3)
        return "version";
    if (!std::has_single_bit(header.alignment) || header.alignment > gguf::kMaxAlignment)
        return "alignment";
    if (header.dataOffset > header.fileBytes ||
        (!header.tensors.empty() && header.dataOffset % header.alignment != 0))
        return "data offset";
    std::set<std::string_view> keys;
    for (const auto &pair : header.values) {
        if (pair.key.empty() || !keys.insert(pair.key).second)
            return "keys";
        if (const auto *array = pair.value.array();
            array != nullptr && (array->offset < 0 || array->offset + array->bytes > header.dataOffset))
            return "array place";
    }
    std::set<std::string_view> names;
    std::int64_t end = 0;
    for (const auto &tensor : header.tensors) {
        if (tensor.name.empty() || tensor.name.size() > 63 || !names.insert(tensor.name).second)
            return "tensor names";
        if (tensor.dims.empty() || tensor.dims.size() > 4 ||
            gguf::tensorBytes(tensor.type, tensor.dims) != tensor.bytes)
            return "tensor shape";
        if (tensor.offset < end || tensor.offset - end >= header.alignment ||
            tensor.offset % header.alignment != 0)
            return "tensor place";
        end = tensor.offset + tensor.bytes;
        if (header.dataOffset + end > header.fileBytes)
            return "tensor beyond the file";
    }
    return {};
}

} // namespace snug::test
