// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/quant/catalogue.h"
#include "core/quant/source_model.h"
#include "core/quant/type_pattern.h"

#include <optional>
#include <vector>

namespace snug::quant {

// The options of llama.cpp's quantizer that change types.
struct TypeOptions {
    bool imatrix = false;                          // there is an importance matrix
    bool pure = false;                             // no mixture: everything of the level's main type
    std::optional<gguf::TensorType> outputType;    // of output.weight, or of embeddings that serve as output
    std::optional<gguf::TensorType> embeddingType; // of token_embd.weight and its like
    // The first whose pattern is in the name counts, before the mixture and after the two above (but for
    // per_layer_token_embd.weight, which may be named), where the level quantizes and the shape allows it.
    std::vector<TypePattern> patterns;
};

struct PlannedTensor {
    const SourceTensor *source = nullptr;
    gguf::TensorType type = gguf::TensorType::F32;
    gguf::TensorType wanted =
        gguf::TensorType::F32; // what the level asks for; not `type` where the shape forbids
};

struct TypePlan {
    std::vector<PlannedTensor> tensors; // in the order of the source model's
    bool needsImatrix = false;          // llama.cpp refuses to make the file without one
    // The first tensor that would have to be quantized a second time, or is of no type that can be; llama.cpp
    // refuses that, for the loss would add up. nullptr: none.
    const gguf::Tensor *alreadyQuantized = nullptr;
};

// The type that each tensor gets at `level`. `model` must outlive the plan. Fails with Unsupported (reason
// "no_such_level": llama.cpp makes no such files, "no_fallback": a shape that no type fits, "no_layer": an
// expert whose name tells no layer of the model), or InvalidArgument (reason "bad_type": an option's type
// does not fit the shape; "tensor_type": as TypePattern::isIn).
[[nodiscard]] Result<TypePlan> planTypes(const SourceModel &model, FileType level,
                                         const TypeOptions &options = {});

} // namespace snug::quant
