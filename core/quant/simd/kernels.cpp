// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/simd/kernels.h"

namespace snug::quant::simd {

BlockEncoder blockEncoder(gguf::TensorType type)
{
    switch (type) {
    case gguf::TensorType::Q2_K:
        return encodeQ2_K;
    case gguf::TensorType::Q3_K:
        return encodeQ3_K;
    case gguf::TensorType::Q4_K:
        return encodeQ4_K;
    case gguf::TensorType::Q5_K:
        return encodeQ5_K;
    case gguf::TensorType::Q6_K:
        return encodeQ6_K;
    case gguf::TensorType::Q4_0:
        return encodeQ4_0;
    case gguf::TensorType::Q4_1:
        return encodeQ4_1;
    case gguf::TensorType::Q5_0:
        return encodeQ5_0;
    case gguf::TensorType::Q5_1:
        return encodeQ5_1;
    case gguf::TensorType::Q8_0:
        return encodeQ8_0;
    case gguf::TensorType::IQ2_XXS:
        return encodeIQ2_XXS;
    case gguf::TensorType::IQ2_XS:
        return encodeIQ2_XS;
    case gguf::TensorType::IQ2_S:
        return encodeIQ2_S;
    case gguf::TensorType::IQ3_XXS:
        return encodeIQ3_XXS;
    case gguf::TensorType::IQ3_S:
        return encodeIQ3_S;
    case gguf::TensorType::IQ4_NL:
        return encodeIQ4_NL;
    case gguf::TensorType::IQ4_XS:
        return encodeIQ4_XS;
    case gguf::TensorType::Q1_0:
        return encodeQ1_0;
    case gguf::TensorType::Q2_0:
        return encodeQ2_0;
    case gguf::TensorType::TQ1_0:
        return encodeTQ1_0;
    case gguf::TensorType::TQ2_0:
        return encodeTQ2_0;
    case gguf::TensorType::MXFP4:
        return encodeMXFP4;
    case gguf::TensorType::NVFP4:
        return encodeNVFP4;
    default:
        return nullptr;
    }
}

} // namespace snug::quant::simd
