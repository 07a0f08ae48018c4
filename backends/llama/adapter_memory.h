// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/layer_placement.h"
#include "core/fit/allocation.h"
#include "core/fit/load_request.h"
#include "core/gguf/header.h"

struct llama_adapter_lora;

// For backends/llama only.
namespace snug::llama {

// Adds to `lora` of each device what an adapter takes there: the engine lays each pair of its matrices beside
// the tensor that they change (src/llama-adapter.cpp of llama.cpp v0.5.0). REQUIRES: fit::checkAdapter.
void addAdapter(const gguf::Header &adapter, const fit::LoadRequest &request, const LayerPlacement &placement,
                fit::Allocation &allocation);

// The same of one that the engine has loaded.
void addAdapter(const llama_adapter_lora &adapter, fit::Allocation &allocation);

} // namespace snug::llama
