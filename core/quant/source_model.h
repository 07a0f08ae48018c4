// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"
#include "core/quant/model_traits.h"
#include "core/quant/tensor_role.h"

#include <cstdint>
#include <span>
#include <vector>

namespace snug::quant {

struct SourceTensor {
    const gguf::Tensor *tensor = nullptr;
    TensorRole role = TensorRole::Other;
    std::int64_t layer = -1; // -1: belongs to none
    bool converted = false;  // false: stays as it is at every level
};

// A model that is to be quantized, prepared once for all levels. Points into the headers it came from.
struct SourceModel {
    ModelTraits traits;
    std::vector<SourceTensor> tensors; // in the order of llama.cpp's loader, which the rules count in
    bool tied = true;                  // the embeddings are the output layer too
    std::int64_t valueTensors = 0;     // of TensorRole::Value
    std::int64_t elements = 0;         // weights of all tensors
    std::int64_t firstKeyBytes = 0;    // of the keys and values that a new file takes over
};

// `parts`: all files of one model, in order; not empty. Fails as traitsOf, with Corrupt (reason "bad_shape",
// "duplicate_tensor") or TooLarge (reason "overflow").
[[nodiscard]] Result<SourceModel> sourceModel(std::span<const gguf::Header> parts);

} // namespace snug::quant
