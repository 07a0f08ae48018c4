// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/allocation.h"
#include "backends/llama/engine_params.h"
#include "core/base/result.h"

namespace snug::llama {

// Lets the engine's own allocator go through loading `request` without allocating anything and without
// reading a weight: exact to the buffer. REQUIRES: plugins are loaded, the file passed our own reader (its
// data may be a hole, see HeaderCopy), contextTokens is not 0. A few tens of milliseconds. Fails as
// engineParams, or with what loadFailure tells. Not thread-safe: the engine's logger is global.
[[nodiscard]] Result<Allocation> dryRun(const LoadRequest &request);

// The same figures from a model that is really loaded, then freed again. For tests and `bench`.
[[nodiscard]] Result<Allocation> realRun(const LoadRequest &request);

} // namespace snug::llama
