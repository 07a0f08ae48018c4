// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/quant/file_size.h"

#include <optional>
#include <string>
#include <vector>

namespace snug::quant {

// One level that a model could be made at.
struct LevelOffer {
    const Level *level = nullptr;
    std::optional<TypePlan> plan; // absent: there would be none
    FileSize size;
    double bitsPerWeight = 0;
    bool needsImatrix = false; // with this model's shape
    std::string fallbacks;     // a sentence if the model's shape does not fit the level; else empty
    std::string obstacle;      // a sentence if the level cannot be made of this file; else empty. Sizes are 0
                               // if there would be none
};

// Every level that the engine makes, by rising number. Milliseconds for the largest models. `model` must
// outlive the plans.
[[nodiscard]] std::vector<LevelOffer> levelOffers(const SourceModel &model, const TypeOptions &options = {});

} // namespace snug::quant
