// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/device.h"

#include <filesystem>
#include <vector>

namespace snug::llama {

// Loads one plugin into this process and lists its devices. Runs in a child of its own, because a broken
// driver may crash or hang while it loads. Fails with Unsupported: message and hint say what is missing ("The
// driver library libcuda.so.1 is not installed."), detail "loader" what the system said.
[[nodiscard]] Result<std::vector<fit::Device>> probePlugin(const std::filesystem::path &file);

// The devices of the plugins that were loaded into this process.
[[nodiscard]] std::vector<fit::Device> loadedDevices();

} // namespace snug::llama
