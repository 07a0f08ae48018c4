// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/quant/catalogue.h"
#include "core/quant/model_traits.h"
#include "core/quant/tensor_role.h"

#include <cstdint>

namespace snug::quant {

// What the rules look at for one tensor.
struct Place {
    const ModelTraits &model;
    TensorRole role = TensorRole::Other; // Output also for embeddings that are the output layer too
    bool imatrix = false;                // an importance matrix will be used
    bool fitsMainType = true;            // its rows are whole blocks of the level's main type
    bool stacked = false;                // several matrices in one tensor, as experts are
    std::int64_t index = 0;              // of its role's tensors or layers, from 0
    std::int64_t count = 0;              // of them
};

// The mixtures of llama.cpp v0.5.0 (llama_tensor_get_type_impl in src/llama-quant.cpp): what a level stores
// the tensor as, whatever its shape. REQUIRES: the level quantizes (its main type is no float).
[[nodiscard]] gguf::TensorType mixedType(FileType level, const Place &place);

// Whether `index` counts layers, which the tensor's name then must tell, instead of tensors seen so far: for
// the feed-forward tensors of a mixture of experts at most levels.
[[nodiscard]] bool countsByLayerName(FileType level, TensorRole role, const ModelTraits &model);

// Whether llama.cpp refuses to store a tensor of that role as `type` without an importance matrix.
[[nodiscard]] bool needsImatrix(FileType level, gguf::TensorType type, TensorRole role);

} // namespace snug::quant
