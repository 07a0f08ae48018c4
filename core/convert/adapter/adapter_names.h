// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace snug::convert {

// What a tensor of an adapter is, by its name
// ("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight").
struct AdapterName {
    enum class Part : std::uint8_t {
        Down,          // lora_A: from the layer's input to the rank
        Up,            // lora_B: from the rank to its output
        EmbeddingDown, // lora_embedding_A: a column for each word
        EmbeddingUp,   // lora_embedding_B
        Norm,          // a whole norm, which the engine passes over
        Base,          // of the model itself
    };

    Part part = Part::Down;
    std::string module; // "model.layers.0.self_attn.q_proj"
};

// Fails with Unsupported (reason adapter_tensor, detail name) for what llama.cpp could not apply.
[[nodiscard]] Result<AdapterName> parseAdapterName(std::string_view name);

} // namespace snug::convert
