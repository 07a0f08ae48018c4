// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

struct common_params;

namespace snug::llama {

// How a model is to be loaded. The same request, handed to the dry run and to the real engine, gives the same
// memory.
struct LoadRequest {
    std::filesystem::path model;
    std::int64_t contextTokens = 4096;
    std::string kvType = "f16"; // f32 f16 bf16 q8_0 q4_0 q4_1 iq4_nl q5_0 q5_1
    int gpuLayers = -1;         // counted without the output layer; at least the model's number: all; -1: all
    int parallel = 1;           // conversations at once
    int threads = 0;            // 0: one for each core
    std::string device;         // Device::id of the only GPU to use; empty: the engine's choice
};

// The names that kvType may have.
[[nodiscard]] const std::vector<std::string> &kvTypeNames();

// For backends/llama only. REQUIRES: plugins are loaded. Fails with InvalidArgument for an unknown type or
// device.
[[nodiscard]] Result<common_params> engineParams(const LoadRequest &request);

} // namespace snug::llama
