// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"
#include "core/quant/type_plan.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

// What a model has to do for one token, as far as it takes time.
namespace snug::fit {

// One matrix of weights that a token is multiplied with, or several of a kind.
struct MatrixWork {
    gguf::TensorType type = gguf::TensorType::F16;
    std::int64_t layer = -1;  // -1: the output, after all layers
    std::int64_t columns = 0; // values in
    std::int64_t rows = 0;    // values out
    double copies = 1;        // that each token goes through: of experts, those that are used
    double stored = 1;        // that there are
    bool lastOnly = false;    // only for tokens whose successor is asked for

    [[nodiscard]] double bytes() const; // of one copy
};

struct LayerWork {
    double queryHeads = 0; // 0: no attention
    double keyHeads = 0;
    double keyLength = 0; // of one head
    double valueLength = 0;
    std::int64_t window = 0; // tokens that it looks back; 0: all
    double nodes = 0;        // small operations between the matrices
    double activations = 0;  // values that they read and write for each token

    bool operator==(const LayerWork &) const = default;
};

struct TokenWork {
    std::vector<MatrixWork> matrices;
    std::vector<LayerWork> layers;
    std::int64_t width = 0; // values between two layers
    std::int64_t vocabulary = 0;

    // The type of most of the bytes that a token touches; runs are compared by it.
    [[nodiscard]] gguf::TensorType mainType() const;
    // Bytes of weights that generating one token reads.
    [[nodiscard]] double touchedBytes() const;
};

// Of a whole model as it is stored, all parts in order; widths, heads and windows are those of its
// ModelShape. Fails as quant::sourceModel or shapeOf.
[[nodiscard]] Result<TokenWork> tokenWork(std::span<const gguf::Header> parts);

// Of the same model at another level. `plan` is of a source model made from `parts`.
[[nodiscard]] Result<TokenWork> tokenWork(std::span<const gguf::Header> parts, const quant::TypePlan &plan);

} // namespace snug::fit
