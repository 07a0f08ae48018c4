// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/shape_fallback.h"

#include <algorithm>
#include <array>
#include <utility>

namespace snug::quant {
namespace {

using gguf::TensorType;

// tensor_type_fallback in src/llama-quant.cpp.
constexpr std::array<std::pair<TensorType, TensorType>, 16> kSubstitutes = {{
    {TensorType::IQ1_S, TensorType::IQ4_NL},
    {TensorType::IQ1_M, TensorType::IQ4_NL},
    {TensorType::IQ2_XXS, TensorType::IQ4_NL},
    {TensorType::IQ2_XS, TensorType::IQ4_NL},
    {TensorType::IQ2_S, TensorType::IQ4_NL},
    {TensorType::IQ3_XXS, TensorType::IQ4_NL},
    {TensorType::IQ3_S, TensorType::IQ4_NL},
    {TensorType::IQ4_XS, TensorType::IQ4_NL},
    {TensorType::Q2_0, TensorType::Q4_0},
    {TensorType::Q2_K, TensorType::Q4_0},
    {TensorType::Q3_K, TensorType::Q4_0},
    {TensorType::TQ1_0, TensorType::Q4_0},
    {TensorType::TQ2_0, TensorType::Q4_0},
    {TensorType::Q4_K, TensorType::Q5_0},
    {TensorType::Q5_K, TensorType::Q5_1},
    {TensorType::Q6_K, TensorType::Q8_0},
}};

} // namespace

std::optional<TensorType> typeForRow(TensorType type, std::int64_t rowElements)
{
    const auto fits = [rowElements](TensorType candidate) {
        return rowElements % gguf::tensorTypeInfo(candidate).blockElements == 0;
    };
    if (fits(type))
        return type;
    const auto *row = std::find_if(kSubstitutes.begin(), kSubstitutes.end(),
                                   [type](const auto &entry) { return entry.first == type; });
    if (row != kSubstitutes.end())
        return fits(row->second) ? row->second : TensorType::F16;
    constexpr std::int64_t kShortBlock = 32;
    return gguf::tensorTypeInfo(type).blockElements <= kShortBlock ? std::optional(TensorType::F16)
                                                                   : std::nullopt;
}

} // namespace snug::quant
