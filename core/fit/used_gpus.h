// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/device.h"
#include "core/fit/load_request.h"

#include <span>
#include <vector>

namespace snug::fit {

// The GPUs of `machine` that the engine would use, in its order, as llama_prepare_model_devices in
// src/llama.cpp picks them: each card once, integrated ones only where there is no other, none that computes
// on the processor unless the request names it. Empty where no layer may be on one. Points into `machine`.
// Fails with NotFound for a device that is not there.
[[nodiscard]] Result<std::vector<const Device *>> usedGpus(std::span<const Device> machine,
                                                           const LoadRequest &request);

} // namespace snug::fit
