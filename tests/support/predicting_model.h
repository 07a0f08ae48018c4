// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"

#include <filesystem>

// Small models that end with a layer which predicts further tokens, as the engine wants them (src/models).
namespace snug::test {

// The shape of a Qwen 3.5: three layers with a state, one with attention, one that predicts. A draft for
// encodeHeader, without a vocabulary of texts.
[[nodiscard]] gguf::Header hybridPredicting(std::int64_t vocabulary = 2048);
// The shape of a GLM 4.5: two layers of experts, one that predicts.
[[nodiscard]] gguf::Header expertsPredicting(std::int64_t vocabulary = 2048);

// A file of `shape` with the vocabulary of `source`, in GPT-2's spelling, and numbers that make it count:
// after the end of a line comes "!", after each token the next one. Its own guesses are right but after every
// fifth. Fails as wholeHeader, or with InvalidArgument if there is no vocabulary.
[[nodiscard]] Result<void> writeCounting(gguf::Header shape, const std::filesystem::path &source,
                                         const std::filesystem::path &target);

} // namespace snug::test
