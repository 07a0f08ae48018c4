// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <ggml-backend.h>
#include <vector>

// For backends/llama only.
namespace snug::llama {

// The GPUs that a model is to be spread over, each card once. Empty where the engine's own choice is right:
// it sees by itself that two devices with one PCI address are one card (llama_prepare_model_devices in
// src/llama.cpp), but not where a driver tells no address. REQUIRES: plugins are loaded.
[[nodiscard]] std::vector<ggml_backend_dev_t> cardsToUse();

} // namespace snug::llama
