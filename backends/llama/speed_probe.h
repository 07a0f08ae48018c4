// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/fit/device_speed.h"

#include <stop_token>
#include <string>

namespace snug::llama {

// Measures a device with the engine's own operations on made-up weights: products with one token and with 512
// for each of fit::measuredTypes(), attention over an f16 cache, operations with nothing to do, copies. About
// ten seconds on a processor, less on a GPU; several rounds each, of which the quick ones count, so that
// other programs disturb little. Needs 400 MiB there. `threads` 0: as many as the engine takes. REQUIRES:
// plugins are loaded. Fails with NotFound for an unknown device, OutOfMemory, Device, Cancelled.
[[nodiscard]] Result<fit::DeviceSpeed> measureDevice(const std::string &id, int threads,
                                                     const ProgressFn &progress, const std::stop_token &stop);

} // namespace snug::llama
