// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/solve.h"
#include "core/fit/trials.h"

#include <optional>
#include <vector>

namespace snug::fit {

// What `solve` knows when it starts to look for suggestions.
struct Situation {
    const SolveRequest &asked;
    const LevelOption &level;
    LoadRequest request; // as asked for, with the context that the engine made of it
    FitAnswer now;
    FitAnswer roomiest; // the same with as many layers on the GPU as fit
    bool hasGpu = false;
    std::vector<const LevelOption *> trades; // bestTrades of the levels
    Trials &trials;
};

// Something else that was tried, and runs.
struct Outcome {
    const LevelOption *option = nullptr;
    LoadRequest request;
    FitAnswer answer;
};

inline constexpr std::int64_t kContextStep = 256; // the engine rounds contexts up to this

// nullopt if it does not run.
[[nodiscard]] std::optional<Outcome> outcomeOf(Trials &trials, const LevelOption &option,
                                               const LoadRequest &request);
// Whether more of the model is on the GPU, or it runs at all, in `answer` than in `other`.
[[nodiscard]] bool isBetter(const FitAnswer &answer, const FitAnswer &other);
// The best level that reaches the goal and loses no more than that; nullptr if none does.
[[nodiscard]] const LevelOption *bestThatReaches(const Situation &situation, Goal goal,
                                                 const LoadRequest &request, double mostLoss);
// The longest context below that of the request that brings all layers onto the GPU and is long enough to be
// of use; 0 if none does.
[[nodiscard]] std::int64_t longestWhole(Trials &trials, const LevelOption &option, const LoadRequest &request,
                                        std::int64_t trainingContext);
// The shortest context that is worth a suggestion.
[[nodiscard]] std::int64_t leastContext(std::int64_t trainingContext);
// Types of the KV cache that take less memory than that one, and that suggestions are made of: q8_0, q4_0.
[[nodiscard]] std::vector<std::string> coarserKvTypes(const std::string &type);
// Those that keep more of the conversation: f16, q8_0.
[[nodiscard]] std::vector<std::string> finerKvTypes(const std::string &type);
// The ids of the machine's GPUs.
[[nodiscard]] std::vector<std::string> gpuIds(const SolveRequest &asked);

} // namespace snug::fit
