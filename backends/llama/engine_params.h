// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

struct common_params;

namespace snug::llama {

// How a model is to be loaded. The same request, handed to the dry run and to the real engine, gives the same
// memory.
struct LoadRequest {
    std::filesystem::path model;
    std::int64_t contextTokens = 0; // of each conversation; 0: see usualContext
    std::string kvType = "f16";     // f32 f16 bf16 q8_0 q4_0 q4_1 iq4_nl q5_0 q5_1
    int gpuLayers = -1;             // counted without the output layer, which goes with them; -1: all or, for
                                    // `place`, as many as fit; 0: no GPU is used at all
    int parallel = 1;               // conversations at once
    int threads = 0;                // 0: one for each core that is good at it
    std::string device;             // Device::id of the only GPU to use; empty: the engine's choice
};

// The names that kvType may have.
[[nodiscard]] const std::vector<std::string> &kvTypeNames();

// The context of a conversation when none is asked for: what the model was trained with, at most 8192.
[[nodiscard]] std::int64_t usualContext(std::optional<std::int64_t> trainedWith);

// For backends/llama only. REQUIRES: plugins are loaded, contextTokens is not 0. Fails with InvalidArgument
// for an unknown type or a number out of range, NotFound for an unknown device.
[[nodiscard]] Result<common_params> engineParams(const LoadRequest &request);

} // namespace snug::llama
