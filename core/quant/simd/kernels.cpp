// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/simd/kernels.h"

namespace snug::quant::simd {

BlockEncoder blockEncoder(gguf::TensorType type)
{
    switch (type) {
    case gguf::TensorType::Q4_K:
        return encodeQ4K;
    case gguf::TensorType::Q5_K:
        return encodeQ5K;
    case gguf::TensorType::Q6_K:
        return encodeQ6K;
    default:
        return nullptr;
    }
}

} // namespace snug::quant::simd
