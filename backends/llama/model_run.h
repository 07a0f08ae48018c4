// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/fit/allocation.h"
#include "core/fit/load_request.h"

#include <stop_token>
#include <vector>

namespace snug::llama {

struct RunRequest {
    fit::LoadRequest load; // contextTokens at least promptTokens + generatedTokens; gpuLayers not -1
    int promptTokens = 512;
    int generatedTokens = 128;
    int rounds = 5; // after one that only warms up
};

struct RunReport {
    fit::Allocation allocation; // what the engine really held; `freeBytes` while it did
    // Tokens a second, one for each round. Prompts are read from an empty context, tokens generated after
    // them. Empty where none were asked for.
    std::vector<double> promptSpeeds;
    std::vector<double> generationSpeeds;
    double firstTokenSeconds = 0; // median, of reading the prompt and choosing a token
    int threads = 0;
};

// Loads the model, lets it read a prompt of arbitrary tokens and go on with arbitrary ones, which takes as
// long as any others, and unloads it. A stop ends it at once on a processor, on a GPU within one batch.
// REQUIRES: plugins are loaded, the file passed our own reader. Fails as dryRun, or with Cancelled or Device.
[[nodiscard]] Result<RunReport> runModel(const RunRequest &request, const ProgressFn &progress,
                                         const std::stop_token &stop);

} // namespace snug::llama
