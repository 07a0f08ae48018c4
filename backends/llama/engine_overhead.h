// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <ggml-backend.h>
#include <optional>
#include <stop_token>

// For backends/llama only.
namespace snug::llama {

// Seconds that the engine takes for a token of a model that has next to no weights.
struct EngineOverhead {
    double tokenSeconds = 0; // whatever the model
    double layerSeconds = 0; // for each layer of the kind that kOverhead... describe
};

// The layers that were measured: those of Llama.
inline constexpr int kOverheadMatrices = 7;
inline constexpr int kOverheadNodes = 12; // counted as core/fit/token_work counts them

// Lets the engine run made-up models of two depths on `device`. A second at most. nullopt if that failed, or
// the stop came.
[[nodiscard]] std::optional<EngineOverhead> measureOverhead(ggml_backend_dev_t device, int threads,
                                                            const std::stop_token &stop);

} // namespace snug::llama
