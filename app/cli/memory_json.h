// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/allocation.h"

#include <nlohmann/json.hpp>

namespace snug::cli {

// "memory" of `fit`, `serve` and `bench`: one entry a device, main memory first.
[[nodiscard]] nlohmann::json memoryJson(const fit::Allocation &allocation);

// "buffers": the same bytes by the engine's buffer types.
[[nodiscard]] nlohmann::json buffersJson(const fit::Allocation &allocation);

} // namespace snug::cli
