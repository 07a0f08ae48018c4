// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/load_request.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace snug::cli {

// One question about a model's levels, as the command line or a line to `fit --follow` asks it.
struct FitQuery {
    std::int64_t id = 0;
    fit::LoadRequest load;           // without a model; contextTokens 0: the usual
    std::vector<std::string> levels; // labels that are to be answered exactly, in that order
    std::string machine;             // empty: this computer
    std::string workload = "chat";
    std::string asker; // of several that share a worker; a newer question of the same asker replaces this one
};

// Fields that the line does not have are those of `usual`. Fails with InvalidArgument: no JSON object, a
// field of another type, a number out of range.
[[nodiscard]] Result<FitQuery> parseFitQuery(std::string_view line, const FitQuery &usual);

} // namespace snug::cli
