// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/allocation.h"

#include <ggml-backend.h>
#include <string>
#include <vector>

struct llama_context;
struct llama_model;

// For backends/llama only.
namespace snug::llama {

// What each device holds of a context and its model, the host first. Real bytes, or those that a dry run
// would have needed. Free and total are of now; layers are not known here.
[[nodiscard]] std::vector<fit::DeviceMemory> memoryOf(const llama_context &context, const llama_model &model);

// Device::id of where buffers of that type lie: pinned memory of a GPU's driver and the CPU's own extra types
// (repacked weights) are main memory.
[[nodiscard]] std::string deviceOf(ggml_backend_buffer_type_t type);

// The same for each kind of buffer.
[[nodiscard]] std::vector<fit::BufferMemory> buffersOf(const llama_context &context);

} // namespace snug::llama
