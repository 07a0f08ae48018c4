// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"

#include <cstdint>
#include <string>

namespace snug::quant {

// The facts of a model that decide about types beside its tensors.
struct ModelTraits {
    std::string architecture;
    std::int64_t layers = 0;           // as the engine counts them: more than in the file where layers repeat
    std::int64_t queryHeadsPerKey = 0; // of the first layer, rounded down; 0 without heads
    std::int64_t experts = 0;
    bool is70B = false; // the engine takes it for a model of 70 billion parameters

    bool operator==(const ModelTraits &) const = default;
};

// From the keys of the first part. Fails with Unsupported (reason "no_architecture", "no_layers") or TooLarge
// (reason "absurd_layers") where the engine would not load the model either.
[[nodiscard]] Result<ModelTraits> traitsOf(const gguf::Header &first);

} // namespace snug::quant
