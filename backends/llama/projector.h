// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace snug::llama {

// What a projector takes, weights and compute buffers together.
struct ProjectorMemory {
    std::map<std::string, std::int64_t> bytes; // by Device::id; "CPU" is main memory
    std::vector<std::string> notes;            // where it is not exact, as sentences
};

// Says it of the file, with its work on `device`.
using ProjectorProbe =
    std::function<Result<ProjectorMemory>(const std::filesystem::path &projector, const std::string &device)>;

// The engine's own word (tools/mtmd). It reads no weight but does allocate all buffers for a moment; on a GPU
// only where they have room. A malformed projector can end the process: snug-cli asks a child. REQUIRES:
// plugins are loaded, the file passed fit::checkProjector. Fails with Unsupported.
[[nodiscard]] Result<ProjectorMemory> measureProjector(const std::filesystem::path &projector,
                                                       const std::string &device);

} // namespace snug::llama
