// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/allocation.h"

#include <nlohmann/json.hpp>

namespace snug::cli {

// "memory" of `fit`, `serve` and `bench`: one entry a device, main memory first.
[[nodiscard]] nlohmann::json memoryJson(const llama::Allocation &allocation);

// "buffers": the same bytes by the engine's buffer types.
[[nodiscard]] nlohmann::json buffersJson(const llama::Allocation &allocation);

} // namespace snug::cli
