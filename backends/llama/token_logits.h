// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace snug::llama {

// What the model says of the token after each of `tokens`: for each position a number for every token of the
// vocabulary, one position after the other. All in one go on the processor with a cache of F32, as exactly as
// the engine computes. `adapter`: a LoRA in full strength, or empty. For tests, which hold the converter
// against it. REQUIRES: plugins are loaded, the file passed our own reader, `contextTokens` are at least as
// many as `tokens`. Fails with Unsupported or InvalidArgument, the engine's words in detail "log".
[[nodiscard]] Result<std::vector<float>> tokenLogits(const std::filesystem::path &model,
                                                     std::span<const std::int32_t> tokens,
                                                     std::uint32_t contextTokens,
                                                     const std::filesystem::path &adapter = {});

} // namespace snug::llama
