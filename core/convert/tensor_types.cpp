// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tensor_types.h"

#include "core/convert/tensor_names.h"

#include <algorithm>
#include <array>

namespace snug::convert {

using gguf::TensorType;
using safetensors::Dtype;

OutputType resolved(OutputType type, const Checkpoint &checkpoint)
{
    if (type != OutputType::Auto)
        return type;
    for (const CheckpointTensor &tensor : checkpoint.tensors) {
        if (tensor.shape.size() < 2 || isOtherPart(tensor.name))
            continue;
        if (tensor.dtype == Dtype::BF16)
            return OutputType::BF16;
        if (tensor.dtype == Dtype::F16)
            return OutputType::F16;
    }
    return OutputType::F16;
}

TensorType tensorType(std::string_view name, const Shape &shape, OutputType type)
{
    // Routers and positions are small and sensitive.
    constexpr std::array<std::string_view, 3> kFull = {"ffn_gate_inp.weight", "ffn_gate_inp_shexp.weight",
                                                       "position_embd.weight"};
    const std::string_view last = name.starts_with("blk.") ? name.substr(name.find('.', 4) + 1) : name;
    if (shape.size() <= 1 || name.ends_with("_norm.weight") || !name.ends_with(".weight") ||
        std::find(kFull.begin(), kFull.end(), last) != kFull.end())
        return TensorType::F32;
    switch (type) {
    case OutputType::F32:
        return TensorType::F32;
    case OutputType::BF16:
        return TensorType::BF16;
    case OutputType::Q8_0:
        // Rows that are no whole number of blocks.
        return shape.back() % gguf::tensorTypeInfo(TensorType::Q8_0).blockElements == 0 ? TensorType::Q8_0
                                                                                        : TensorType::F16;
    case OutputType::F16:
    case OutputType::Auto:
        break;
    }
    return TensorType::F16;
}

std::uint32_t fileType(OutputType type, bool hasMxfp4)
{
    constexpr std::uint32_t kMxfp4Moe = 38;
    if (type == OutputType::Q8_0)
        return 7;
    if (hasMxfp4)
        return kMxfp4Moe;
    return type == OutputType::F32 ? 0 : type == OutputType::BF16 ? 32 : 1;
}

} // namespace snug::convert
