// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "core/fit/device_speed.h"

#include <span>
#include <vector>

namespace snug::cli {

// Measures a device and remembers it in the data folder. REQUIRES: plugins are loaded. Fails as
// llama::measureDevice, or with what writing says.
[[nodiscard]] Result<fit::DeviceSpeed> measureAndRemember(const fit::Device &device, int threads,
                                                          const VerbContext &context);

// The table of a measured device, for people.
void printDeviceSpeed(const nlohmann::json &speed);

} // namespace snug::cli
