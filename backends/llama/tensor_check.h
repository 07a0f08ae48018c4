// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace snug::llama {

// Whether the engine finds in a GGUF file all tensors that a model of its architecture and settings has, each
// in its shape, and no others. Reads no weights; the data may be a hole. The engine ends the process on some
// settings: in a child of its own, unless the file is trusted. REQUIRES: installEngineLog() was called. Loads
// the CPU's plugin. Fails as loadFailure tells, and with Unsupported without that plugin.
[[nodiscard]] Result<void> checkTensors(const std::filesystem::path &file);

} // namespace snug::llama
