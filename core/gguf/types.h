// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace snug::gguf {

// The type of a metadata value, with its number in the file (enum gguf_type of ggml/include/gguf.h).
enum class ValueType : std::uint32_t {
    Uint8,
    Int8,
    Uint16,
    Int16,
    Uint32,
    Int32,
    Float32,
    Bool,
    String,
    Array,
    Uint64,
    Int64,
    Float64,
};

// nullopt for a number that names no type.
[[nodiscard]] std::optional<ValueType> valueTypeFromId(std::uint32_t id);
// ggml's short names: "u8", "f32", "str", "arr".
[[nodiscard]] std::string_view valueTypeName(ValueType type);
// Bytes of one value; 0 for String and Array, whose length is in the file.
[[nodiscard]] std::int64_t valueTypeBytes(ValueType type);

// Calls `use(std::type_identity<T>{})` with the C++ type of a number or bool. REQUIRES: neither String nor
// Array.
template <class Use> auto withNumberType(ValueType type, Use use)
{
    switch (type) {
    case ValueType::Uint8:
        return use(std::type_identity<std::uint8_t>{});
    case ValueType::Int8:
        return use(std::type_identity<std::int8_t>{});
    case ValueType::Uint16:
        return use(std::type_identity<std::uint16_t>{});
    case ValueType::Int16:
        return use(std::type_identity<std::int16_t>{});
    case ValueType::Uint32:
        return use(std::type_identity<std::uint32_t>{});
    case ValueType::Int32:
        return use(std::type_identity<std::int32_t>{});
    case ValueType::Float32:
        return use(std::type_identity<float>{});
    case ValueType::Uint64:
        return use(std::type_identity<std::uint64_t>{});
    case ValueType::Int64:
        return use(std::type_identity<std::int64_t>{});
    case ValueType::Float64:
        return use(std::type_identity<double>{});
    case ValueType::Bool:
    case ValueType::String:
    case ValueType::Array:
        break;
    }
    return use(std::type_identity<bool>{});
}

// How the elements of a tensor are stored, with its number in the file (enum ggml_type of llama.cpp v0.5.0).
enum class TensorType : std::uint32_t {
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q5_0 = 6,
    Q5_1 = 7,
    Q8_0 = 8,
    Q8_1 = 9,
    Q2_K = 10,
    Q3_K = 11,
    Q4_K = 12,
    Q5_K = 13,
    Q6_K = 14,
    Q8_K = 15,
    IQ2_XXS = 16,
    IQ2_XS = 17,
    IQ3_XXS = 18,
    IQ1_S = 19,
    IQ4_NL = 20,
    IQ3_S = 21,
    IQ2_S = 22,
    IQ4_XS = 23,
    I8 = 24,
    I16 = 25,
    I32 = 26,
    I64 = 27,
    F64 = 28,
    IQ1_M = 29,
    BF16 = 30,
    TQ1_0 = 34,
    TQ2_0 = 35,
    MXFP4 = 39,
    NVFP4 = 40,
    Q1_0 = 41,
    Q2_0 = 42,
};

// A row of a tensor is a whole number of blocks; `blockElements` elements take `blockBytes` bytes.
struct TensorTypeInfo {
    TensorType type;
    std::string_view name; // as people write it: "Q4_K"
    std::int64_t blockElements;
    std::int64_t blockBytes;
};

// All types that the pinned engine knows, by rising number.
[[nodiscard]] std::span<const TensorTypeInfo> tensorTypes();
// nullptr for a number that names no type.
[[nodiscard]] const TensorTypeInfo *tensorTypeFromId(std::uint32_t id);
[[nodiscard]] const TensorTypeInfo &tensorTypeInfo(TensorType type);
[[nodiscard]] std::string_view tensorTypeName(TensorType type);
// The name of a type that older files use and llama.cpp no longer reads; empty for every other number.
[[nodiscard]] std::string_view removedTensorTypeName(std::uint32_t id);

// The product of all dimensions; nullopt if one is below 1 or the product does not fit.
[[nodiscard]] std::optional<std::int64_t> elementCount(std::span<const std::int64_t> dims);
// Bytes of a tensor's data without padding; nullopt also if a row (dims[0]) is no whole number of blocks.
[[nodiscard]] std::optional<std::int64_t> tensorBytes(TensorType type, std::span<const std::int64_t> dims);

} // namespace snug::gguf
