// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/rough_model.h"
#include "core/gguf/header.h"

#include <span>
#include <string_view>

// Models that guess ahead for themselves: their files end with layers that predict further tokens
// (multi-token prediction, MTP or NextN), which run on the hidden state of the last layer that every token
// goes through. The rules are those of llama.cpp v0.5.0 (load_arch_tensors and graph_mtp in src/models).
namespace snug::fit {

// Whether the engine can let the model guess with its own layers. Fails with Unsupported; reason
// "no_predicting_layers", "predicting_architecture", "predicting_count" or "predicting_tensors".
[[nodiscard]] Result<void> checkOwnDraft(std::span<const gguf::Header> model);

// Whether a file holds nothing but such layers, for the model that they were cut from, or a net that reads
// another model's hidden state. The engine ends its process when one is run as a model.
[[nodiscard]] bool isDraftHead(const gguf::Header &first);

// Those layers as a model of their own; embeddings and output that they share with the rest are left out.
// REQUIRES: checkOwnDraft. Fails as roughModel.
[[nodiscard]] Result<RoughModel> predictingLayers(std::span<const gguf::Header> model);

// Whether the engine keeps a recurrent layer's state for each guess, so that a wrong one can be taken back;
// it computes those of other architectures again (llm_arch_supports_rs_rollback in src/llama-arch.cpp).
[[nodiscard]] bool keepsStatesOfGuesses(std::string_view architecture);

} // namespace snug::fit
