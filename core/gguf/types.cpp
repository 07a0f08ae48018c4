// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/types.h"

#include "core/base/checked.h"

#include <algorithm>
#include <array>
#include <utility>

namespace snug::gguf {
namespace {

struct ValueTypeRow {
    std::string_view name;
    std::int64_t bytes;
};

// By number.
constexpr std::array<ValueTypeRow, 13> kValueTypes = {{
    {"u8", 1},
    {"i8", 1},
    {"u16", 2},
    {"i16", 2},
    {"u32", 4},
    {"i32", 4},
    {"f32", 4},
    {"bool", 1},
    {"str", 0},
    {"arr", 0},
    {"u64", 8},
    {"i64", 8},
    {"f64", 8},
}};

// ggml/src/ggml.c type_traits with the struct sizes of ggml/src/ggml-common.h.
constexpr std::array<TensorTypeInfo, 35> kTensorTypes = {{
    {TensorType::F32, "F32", 1, 4},
    {TensorType::F16, "F16", 1, 2},
    {TensorType::Q4_0, "Q4_0", 32, 18},
    {TensorType::Q4_1, "Q4_1", 32, 20},
    {TensorType::Q5_0, "Q5_0", 32, 22},
    {TensorType::Q5_1, "Q5_1", 32, 24},
    {TensorType::Q8_0, "Q8_0", 32, 34},
    {TensorType::Q8_1, "Q8_1", 32, 36},
    {TensorType::Q2_K, "Q2_K", 256, 84},
    {TensorType::Q3_K, "Q3_K", 256, 110},
    {TensorType::Q4_K, "Q4_K", 256, 144},
    {TensorType::Q5_K, "Q5_K", 256, 176},
    {TensorType::Q6_K, "Q6_K", 256, 210},
    {TensorType::Q8_K, "Q8_K", 256, 292},
    {TensorType::IQ2_XXS, "IQ2_XXS", 256, 66},
    {TensorType::IQ2_XS, "IQ2_XS", 256, 74},
    {TensorType::IQ3_XXS, "IQ3_XXS", 256, 98},
    {TensorType::IQ1_S, "IQ1_S", 256, 50},
    {TensorType::IQ4_NL, "IQ4_NL", 32, 18},
    {TensorType::IQ3_S, "IQ3_S", 256, 110},
    {TensorType::IQ2_S, "IQ2_S", 256, 82},
    {TensorType::IQ4_XS, "IQ4_XS", 256, 136},
    {TensorType::I8, "I8", 1, 1},
    {TensorType::I16, "I16", 1, 2},
    {TensorType::I32, "I32", 1, 4},
    {TensorType::I64, "I64", 1, 8},
    {TensorType::F64, "F64", 1, 8},
    {TensorType::IQ1_M, "IQ1_M", 256, 56},
    {TensorType::BF16, "BF16", 1, 2},
    {TensorType::TQ1_0, "TQ1_0", 256, 54},
    {TensorType::TQ2_0, "TQ2_0", 256, 66},
    {TensorType::MXFP4, "MXFP4", 32, 17},
    {TensorType::NVFP4, "NVFP4", 64, 36},
    {TensorType::Q1_0, "Q1_0", 128, 18},
    {TensorType::Q2_0, "Q2_0", 64, 18},
}};

constexpr std::array<std::pair<std::uint32_t, std::string_view>, 8> kRemovedTensorTypes = {{
    {4, "Q4_2"},
    {5, "Q4_3"},
    {31, "Q4_0_4_4"},
    {32, "Q4_0_4_8"},
    {33, "Q4_0_8_8"},
    {36, "IQ4_NL_4_4"},
    {37, "IQ4_NL_4_8"},
    {38, "IQ4_NL_8_8"},
}};

} // namespace

std::optional<ValueType> valueTypeFromId(std::uint32_t id)
{
    if (id >= kValueTypes.size())
        return std::nullopt;
    return static_cast<ValueType>(id);
}

std::string_view valueTypeName(ValueType type)
{
    return kValueTypes[static_cast<std::size_t>(type)].name;
}

std::int64_t valueTypeBytes(ValueType type)
{
    return kValueTypes[static_cast<std::size_t>(type)].bytes;
}

std::span<const TensorTypeInfo> tensorTypes()
{
    return kTensorTypes;
}

const TensorTypeInfo *tensorTypeFromId(std::uint32_t id)
{
    const auto *row =
        std::find_if(kTensorTypes.begin(), kTensorTypes.end(), [id](const TensorTypeInfo &info) {
            return static_cast<std::uint32_t>(info.type) == id;
        });
    return row == kTensorTypes.end() ? nullptr : row;
}

const TensorTypeInfo &tensorTypeInfo(TensorType type)
{
    return *tensorTypeFromId(static_cast<std::uint32_t>(type));
}

std::string_view tensorTypeName(TensorType type)
{
    return tensorTypeInfo(type).name;
}

std::string_view removedTensorTypeName(std::uint32_t id)
{
    const auto *row = std::find_if(kRemovedTensorTypes.begin(), kRemovedTensorTypes.end(),
                                   [id](const auto &entry) { return entry.first == id; });
    return row == kRemovedTensorTypes.end() ? std::string_view() : row->second;
}

std::optional<std::int64_t> elementCount(std::span<const std::int64_t> dims)
{
    std::uint64_t count = 1;
    for (const std::int64_t dim : dims) {
        if (dim < 1)
            return std::nullopt;
        const auto product = checkedMultiply(count, static_cast<std::uint64_t>(dim));
        if (!product || *product > static_cast<std::uint64_t>(INT64_MAX))
            return std::nullopt;
        count = *product;
    }
    return static_cast<std::int64_t>(count);
}

std::optional<std::int64_t> tensorBytes(TensorType type, std::span<const std::int64_t> dims)
{
    const TensorTypeInfo &info = tensorTypeInfo(type);
    const auto elements = elementCount(dims);
    if (!elements || dims.empty() || dims[0] % info.blockElements != 0)
        return std::nullopt;
    const auto bytes = checkedMultiply(static_cast<std::uint64_t>(*elements / info.blockElements),
                                       static_cast<std::uint64_t>(info.blockBytes));
    if (!bytes || *bytes > static_cast<std::uint64_t>(INT64_MAX))
        return std::nullopt;
    return static_cast<std::int64_t>(*bytes);
}

} // namespace snug::gguf
