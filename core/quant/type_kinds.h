// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/types.h"

#include <optional>
#include <string>
#include <string_view>

namespace snug::quant {

// Whether numbers are stored one by one, and not in blocks.
[[nodiscard]] constexpr bool isFloat(gguf::TensorType type)
{
    return type == gguf::TensorType::F32 || type == gguf::TensorType::F16 || type == gguf::TensorType::BF16;
}

// Whether the engine can turn numbers into that type (ggml_quantize_chunk in ggml/src/ggml.c). The others are
// whole numbers, and types of its own calculations.
[[nodiscard]] constexpr bool isEncodable(gguf::TensorType type)
{
    switch (type) {
    case gguf::TensorType::Q8_1:
    case gguf::TensorType::Q8_K:
    case gguf::TensorType::I8:
    case gguf::TensorType::I16:
    case gguf::TensorType::I32:
    case gguf::TensorType::I64:
    case gguf::TensorType::F64:
        return false;
    default:
        return true;
    }
}

// Whether rows of that type cannot be made without importance (ggml_quantize_requires_imatrix).
[[nodiscard]] constexpr bool needsImportance(gguf::TensorType type)
{
    return type == gguf::TensorType::IQ2_XXS || type == gguf::TensorType::IQ2_XS ||
           type == gguf::TensorType::IQ1_S;
}

// Of ASCII alone, whatever the locale.
[[nodiscard]] std::string inSmallLetters(std::string_view text);

// The encodable type of that name, in small or capital letters.
[[nodiscard]] std::optional<gguf::TensorType> encodableType(std::string_view name);

} // namespace snug::quant
