// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/load_request.h"

struct common_params;

namespace snug::llama {

// For backends/llama only. REQUIRES: plugins are loaded, contextTokens is not 0. Fails with InvalidArgument
// for an unknown type or a number out of range, NotFound for an unknown device.
[[nodiscard]] Result<common_params> engineParams(const fit::LoadRequest &request);

// How many threads the engine computes with: as many as asked for, with 0 one for each core that is good at
// it.
[[nodiscard]] int usualThreads(int asked);

} // namespace snug::llama
