// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/engine_params.h"
#include "core/base/result.h"
#include "core/fit/allocation.h"

namespace snug::llama {

// Lets the engine's own allocator go through loading `request` without allocating anything and without
// reading a weight: exact to the buffer. REQUIRES: plugins are loaded, the file passed our own reader (its
// data may be a hole, see HeaderCopy), contextTokens is not 0. A few tens of milliseconds. Fails as
// engineParams, or with what loadFailure tells. Not thread-safe: the engine's logger is global.
[[nodiscard]] Result<fit::Allocation> dryRun(const fit::LoadRequest &request);

// The same figures from a model that is really loaded, then freed again. For tests and `bench`.
[[nodiscard]] Result<fit::Allocation> realRun(const fit::LoadRequest &request);

} // namespace snug::llama
