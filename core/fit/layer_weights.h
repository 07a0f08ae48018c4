// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/types.h"
#include "core/model/shape.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace snug::fit {

// What the tensors of one layer tell: bytes, and how its computation is put together.
struct LayerWeights {
    std::int64_t all = 0;
    std::int64_t experts = 0; // of those, the matrices that can stay in main memory alone
    // The matrices that are multiplied with, one after the other.
    std::int64_t query = 0; // with key and value where they are one matrix
    std::int64_t key = 0;
    std::int64_t value = 0;
    std::int64_t output = 0;
    std::int64_t gate = 0;
    std::int64_t up = 0;
    std::int64_t down = 0;
    std::int64_t expertGate = 0;
    std::int64_t expertUp = 0; // with the gate where they are one matrix
    std::int64_t expertDown = 0;
    std::int64_t upRows = 0;
    std::int64_t keyDown = 0; // of latent attention: tokens to ranks
    bool fusedQuery = false;  // query, key and value are one matrix
    bool fusedExperts = false;
    bool parallel = false; // attention and net read the same numbers

    bool operator==(const LayerWeights &) const = default;
};

// Adds a tensor `part` ("attn_q.weight") of a layer. REQUIRES: bytes >= 0, and the sum of all fits.
void addTensor(LayerWeights &layer, std::string_view part, std::span<const std::int64_t> dims,
               std::int64_t bytes);

// How many numbers each of the usual matrices of a layer has, when nothing but the shape is known.
struct UsualNumbers {
    double query = 0; // and the output's
    double key = 0;
    double value = 0;
    double net = 0;    // each of three
    double expert = 0; // each of three, all experts
    double all = 0;
};
[[nodiscard]] UsualNumbers usualNumbers(const ModelShape &model, const LayerShape &layer);

} // namespace snug::fit
