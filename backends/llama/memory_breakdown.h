// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/device.h"

#include <vector>

struct llama_context;
struct llama_model;

namespace snug::llama {

// For backends/llama only: what each device holds of a context and its model, the host first. Real bytes, or
// those that a dry run would have needed. Free and total are of now.
[[nodiscard]] std::vector<fit::DeviceMemory> memoryOf(const llama_context &context, const llama_model &model);

} // namespace snug::llama
