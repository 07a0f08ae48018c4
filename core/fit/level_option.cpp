// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/level_option.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace snug::fit {

std::vector<const LevelOption *> bestTrades(std::span<const LevelOption> options)
{
    std::vector<const LevelOption *> sorted;
    for (const LevelOption &option : options) {
        if (option.loss && std::isfinite(*option.loss) && option.bytes > 0)
            sorted.push_back(&option);
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const LevelOption *a, const LevelOption *b) {
        return std::pair(*a->loss, a->bytes) < std::pair(*b->loss, b->bytes);
    });
    std::vector<const LevelOption *> best;
    for (const LevelOption *option : sorted) {
        if (best.empty() || option->bytes < best.back()->bytes)
            best.push_back(option);
    }
    return best;
}

} // namespace snug::fit
