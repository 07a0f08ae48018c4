// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/level_option.h"
#include "core/fit/suggestion.h"

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

// What to do about a fit: what else to ask for, so that a model that does not fit does, or that one that fits
// with room to spare gives more. Every suggestion is measured before it is made.
namespace snug::fit {

// A whole search takes at most 60 measurements for a model that runs as asked, at most about 80 for one that
// does not (tst_solve_everywhere counts them); this is where it stops looking.
inline constexpr int kMostMeasurements = 120;

struct SolveRequest {
    LoadRequest request;
    std::string level;                   // the one that is looked at
    std::span<const LevelOption> levels; // what could be loaded, that one among them
    std::vector<Device> devices;         // the machine: the host and GPUs, the preferred GPU first
    int expertLayers = 0;                // of the model that have experts
    int mostMeasurements = kMostMeasurements;
};

struct Solution {
    FitAnswer now;                       // as it is asked for, without maxContext
    std::vector<Suggestion> suggestions; // what a user gains most by first
    std::string hopeless;                // why nothing makes it run here; empty if it runs or something does
    int measurements = 0;
    bool complete = true; // false: the measurements ran out before everything was looked at
};

// In this order. Where the model is not wholly on the GPU, what brings it there: the layers that were held
// back, other devices, the KV cache at q8_0, fewer conversations, another level (none that is damaged), a
// shorter context, experts in main memory, the KV cache at q4_0; failing all these, two of them together.
// Where it does not run at all and the GPU is out of reach: the same for running at all, down to the most
// damaged level. Then what else there is room for: one card instead of several, fewer experts in main memory,
// a better level, a finer KV cache, a longer context.
//
// Fails as checkRequest, with NotFound if `level` is not among `levels`, as the measurement of what is asked
// for does, or Cancelled. A suggestion that cannot be measured is not made.
[[nodiscard]] Result<Solution> solve(const SolveRequest &request, const std::stop_token &stop);

// How a level that does not run wholly on the GPU as asked could run here, for advice that wants this level.
struct WaysToRun {
    std::string text; // "Q5_K_M runs wholly on the GPU at 8 192 tokens, or at 16 384 with 2 of 36 layers on
                      // the CPU."; empty if it runs in no way
    std::optional<Suggestion> best; // the first of these ways
};

// At most 32 measurements. Fails as `solve` does.
[[nodiscard]] Result<WaysToRun> waysToRun(const LevelOption &level, const LoadRequest &request,
                                          const std::stop_token &stop);

} // namespace snug::fit
