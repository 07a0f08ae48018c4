// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/limits.h"
#include "core/gguf/types.h"
#include "core/gguf/value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace snug::gguf {

struct KeyValue {
    std::string key;
    Value value;
};

struct Tensor {
    std::string name;
    std::vector<std::int64_t>
        dims; // fastest first: dims[0] is the length of a row; 1 to 4 numbers, each at least 1
    TensorType type = TensorType::F32;
    std::int64_t offset = 0; // from Header::dataOffset
    std::int64_t bytes = 0;  // without padding

    bool operator==(const Tensor &) const = default;
};

// Everything in a GGUF file but the tensors' data.
struct Header {
    std::uint32_t version = 3;
    std::uint32_t alignment = kDefaultAlignment;
    std::vector<KeyValue> values; // as in the file
    std::vector<Tensor> tensors;  // as in the file, which is also the order of their data
    std::int64_t dataOffset = 0;  // where the data begins: a multiple of `alignment` if there is any tensor
    std::int64_t fileBytes = 0;

    // nullptr if there is no such key.
    [[nodiscard]] const Value *find(std::string_view key) const;
    // Where the data of the last tensor ends in the file; dataOffset without tensors.
    [[nodiscard]] std::int64_t dataEnd() const;
    [[nodiscard]] std::int64_t tensorBytes() const;
};

} // namespace snug::gguf
