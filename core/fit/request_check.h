// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/load_request.h"

#include <cstdint>

namespace snug::fit {

// The engine counts tokens in 32 bits; longer than any model was trained with, by far.
inline constexpr std::int64_t kMostContext = std::int64_t{1} << 30;
inline constexpr int kMostParallel = 256;  // LLAMA_MAX_SEQ in src/llama-cparams.h of llama.cpp v0.5.0
inline constexpr int kMostLayers = 100000; // stands for "all": more than any model has
inline constexpr int kMostThreads = 1024;
inline constexpr int kMostDraftTokens = 64; // more are never right, and each takes a row of logits

// Whether a request makes sense whatever the model is. Fails with InvalidArgument (a number out of its range,
// an unknown KV type, types that need flash attention without it) or TooLarge (detail: limit). A context
// beyond the model's training is fine.
[[nodiscard]] Result<void> checkRequest(const LoadRequest &request);

} // namespace snug::fit
