// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/allocation.h"
#include "core/gguf/header.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <span>
#include <string>

namespace snug::cli {

// Entries of "levels" in `fit --levels`: every level that could be made of the model in `parts`, but `own`,
// which it has. Sizes are exact; the verdict is the rough one for the devices of `memory`. Fails as
// quant::sourceModel.
[[nodiscard]] Result<nlohmann::json> makeableLevels(std::span<const gguf::Header> parts,
                                                    const std::optional<std::string> &own,
                                                    const std::vector<fit::DeviceMemory> &memory);

// The table for people, of the same entries.
void printMakeableLevels(const nlohmann::json &levels);

} // namespace snug::cli
