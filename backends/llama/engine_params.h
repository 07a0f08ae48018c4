// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/load_request.h"

#include <cstdint>

struct common_params;

namespace snug::llama {

// For backends/llama only. REQUIRES: plugins are loaded, contextTokens is not 0. Fails with InvalidArgument
// for an unknown type or a number out of range, NotFound for an unknown device.
[[nodiscard]] Result<common_params> engineParams(const fit::LoadRequest &request);

// How many threads the engine computes with: as many as asked for, with 0 one for each core that is good at
// it.
[[nodiscard]] int usualThreads(int asked);

// How the server then loads the draft model that `request` names beside it: all layers on the GPU, if one is
// used at all, and a KV cache of F16 with as many tokens as the model has for all conversations together. Or,
// of a model that guesses for itself, how it makes the second context.
// REQUIRES and fails as engineParams.
[[nodiscard]] Result<common_params> draftParams(const fit::LoadRequest &request,
                                                std::uint32_t contextTogether);

} // namespace snug::llama
