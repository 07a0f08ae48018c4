// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/fit_search.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace snug::fit {

// One level of a model that could be loaded.
struct LevelOption {
    std::string level;          // "Q4_K_M"
    std::int64_t bytes = 0;     // of the file
    std::optional<double> loss; // mean KL divergence from the original, measured or published; 0 for the
                                // original. Absent: what it costs is unknown, and it is never suggested
    Measure measure;
};

// Losses that differ by less are the same: about twice the uncertainty of a divergence that is measured over
// a thousand tokens, and more than a Q8_0 loses.
inline constexpr double kSameLoss = 0.002;

// The options that no other beats in both loss and size, by rising loss and so by falling size.
[[nodiscard]] std::vector<const LevelOption *> bestTrades(std::span<const LevelOption> options);

} // namespace snug::fit
