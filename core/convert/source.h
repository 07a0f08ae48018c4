// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/checkpoint.h"
#include "core/convert/config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace snug::convert {

// How the numbers of a tensor are stored.
enum class Packing : std::uint8_t {
    None,
    Gptq,
    Awq,
    BitsAndBytes4,
    BitsAndBytes8,
    Fp8,
    Hqq,
    PackedInts, // compressed-tensors "pack-quantized"
    ScaledInts, // compressed-tensors "int-quantized"
    Mxfp4,
};

// A tensor of the model that the checkpoint stands for: where one is packed, its parts are taken together and
// the shape is that of the numbers that they stand for.
struct Source {
    std::string name; // as the model has it: "model.layers.0.mlp.up_proj.weight"
    std::vector<std::int64_t> shape;
    Packing packing = Packing::None;
    std::vector<std::size_t> parts; // of Checkpoint::tensors; the one with the numbers first

    bool operator==(const Source &) const = default;
};

// "gptq"; empty for a checkpoint that is not packed.
[[nodiscard]] std::string packingMethod(const nlohmann::json &config);

// All tensors of the model, in the order of the checkpoint's. Understands what quantization_config names
// gptq, awq, bitsandbytes, fp8, hqq, compressed-tensors, modelopt (FP8) and mxfp4. Errors, by reason:
//   Unsupported  packing (a method or layout that it does not know, detail method), packed_shape (the shape
//   of the
//                numbers cannot be told from the headers, detail name)
//   Corrupt      duplicate_tensor, missing_part (detail name)
[[nodiscard]] Result<std::vector<Source>> sourcesOf(const Checkpoint &checkpoint, const Config &config);

} // namespace snug::convert
