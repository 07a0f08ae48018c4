// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/fit_search.h"
#include "core/fit/level_rows.h"

#include <nlohmann/json.hpp>

#include <span>

namespace snug::cli {

enum class Exactness {
    Rough, // our own arithmetic
    Exact, // the engine's allocator
};

// One entry of "levels" in the answer of `fit` (DESIGN.md section 4).
[[nodiscard]] nlohmann::json levelJson(const fit::LevelRow &row, const fit::FitAnswer &answer,
                                       Exactness exactness);

// "machines" of `ready`: what can be compared with.
[[nodiscard]] nlohmann::json machinesJson();
[[nodiscard]] nlohmann::json devicesJson(std::span<const fit::Device> devices);

} // namespace snug::cli
