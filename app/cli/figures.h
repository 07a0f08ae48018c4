// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>

#include <vector>

namespace snug::cli {

// What repeated measurements say.
struct Figures {
    double median = 0;
    double low = 0;
    double high = 0;
};

// All 0 for none.
[[nodiscard]] Figures figuresOf(std::vector<double> values);
[[nodiscard]] nlohmann::json toJson(const Figures &figures);

} // namespace snug::cli
