// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/header.h"
#include "core/quant/level_offers.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// A model's levels in one list: those that are there, and those that could be made.
namespace snug::fit {

// A level that is there, as a file's header or a listing tells.
struct ExistingLevel {
    std::string label;                 // "Q4_K_M", "UD-Q4_K_XL"
    std::optional<std::int64_t> bytes; // of all its files
    // Of this level itself, all parts; empty: not looked at.
    std::span<const gguf::Header> headers;
};

struct LevelRow {
    std::string label;
    const quant::Level *level = nullptr; // nullptr: the label names none of the catalogue
    bool exists = false;
    std::optional<std::int64_t> fileBytes;
    std::optional<double> bitsPerWeight;
    bool needsImatrix = false;
    std::string fallbacks; // a sentence if the model's shape does not fit the level; else empty
    std::string obstacle;  // a sentence if the level is not there and cannot be made; else empty
    // As they are or would be stored; empty if that is not known.
    std::vector<gguf::Tensor> tensors;
    // `tensors` are our rules' forecast of a file that is there but was not looked at; its maker may have had
    // other ideas.
    bool tensorsArePredicted = false;

    [[nodiscard]] std::int64_t tensorBytes() const;
};

// The largest first; rows of unknown size last. `model` is what other levels would be made of.
[[nodiscard]] std::vector<LevelRow> levelRows(const quant::SourceModel &model,
                                              std::span<const ExistingLevel> existing);
// Only what is there: of a model of which our rules know nothing.
[[nodiscard]] std::vector<LevelRow> levelRows(std::span<const ExistingLevel> existing);

} // namespace snug::fit
