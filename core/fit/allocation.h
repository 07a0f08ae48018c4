// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/device.h"

#include <cstdint>
#include <string>
#include <vector>

namespace snug::fit {

// All buffers of one of ggml's types, in bytes.
struct BufferMemory {
    std::string type;   // "CPU", "CPU_REPACK", "Vulkan0", "Vulkan_Host"
    std::string device; // Device::id; "CPU" for main memory
    std::int64_t weights = 0;
    std::int64_t kvCache = 0;
    std::int64_t compute = 0;

    bool operator==(const BufferMemory &) const = default;
};

// What loading a model would take, or took.
struct Allocation {
    std::vector<DeviceMemory> memory;  // main memory first, then every GPU that the engine would use
    std::vector<BufferMemory> buffers; // the same bytes by buffer type
    int layers = 0;                    // of the model, without the output layer
    int gpuLayers = 0;                 // of those, on a GPU
    std::int64_t contextTokens = 0;    // of each conversation, as the engine rounded it
    std::int64_t trainingContext = 0;
    std::vector<std::string> notes; // where a figure is not what it seems to be, as sentences
};

} // namespace snug::fit
