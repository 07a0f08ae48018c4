// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/figures.h"

#include <algorithm>

namespace snug::cli {

Figures figuresOf(std::vector<double> values)
{
    if (values.empty())
        return {};
    std::sort(values.begin(), values.end());
    return {values[values.size() / 2], values.front(), values.back()};
}

nlohmann::json toJson(const Figures &figures)
{
    return {{"median", figures.median}, {"low", figures.low}, {"high", figures.high}};
}

} // namespace snug::cli
