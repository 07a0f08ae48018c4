// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace snug::safetensors {

// The types of the format (enum Dtype of the safetensors crate, 0.8).
enum class Dtype : std::uint8_t {
    Bool,
    F4,
    F6_E2M3,
    F6_E3M2,
    U8,
    I8,
    F8_E5M2,
    F8_E4M3,
    F8_E8M0,
    F8_E4M3FNUZ,
    F8_E5M2FNUZ,
    I16,
    U16,
    F16,
    BF16,
    I32,
    U32,
    F32,
    C64,
    F64,
    I64,
    U64,
};

struct DtypeInfo {
    Dtype dtype;
    std::string_view name; // as in the file: "BF16"
    std::int64_t bits;     // of one element
};

[[nodiscard]] const DtypeInfo &dtypeInfo(Dtype dtype);
// nullopt for a name that the format does not have.
[[nodiscard]] std::optional<Dtype> dtypeFromName(std::string_view name);

struct Tensor {
    std::string name;
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t>
        shape;               // slowest first; empty for a single number, 0 for a tensor without elements
    std::int64_t offset = 0; // from Header::dataOffset
    std::int64_t bytes = 0;

    bool operator==(const Tensor &) const = default;
};

// Everything in a safetensors file but the tensors' data.
struct Header {
    std::vector<Tensor> tensors;                               // as named in the file
    std::vector<std::pair<std::string, std::string>> metadata; // of "__metadata__"
    std::int64_t dataOffset = 0;
    std::int64_t fileBytes = 0;
};

// nullopt if a length is below 0, or the product does not fit.
[[nodiscard]] std::optional<std::int64_t> elementCount(std::span<const std::int64_t> shape);
// Bytes of a tensor's data; nullopt also where they are no whole number.
[[nodiscard]] std::optional<std::int64_t> dataBytes(Dtype dtype, std::span<const std::int64_t> shape);

} // namespace snug::safetensors
