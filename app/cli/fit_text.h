// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>

namespace snug::cli {

// The answer of `fit` for people: the level that was asked for in detail, all others as a table.
void printFit(const nlohmann::json &result);

} // namespace snug::cli
