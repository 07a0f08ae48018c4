// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/rough_model.h"
#include "core/fit/token_work.h"
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
    bool fileBytesExact = true; // to the byte; else only about
    std::optional<double> bitsPerWeight;
    bool needsImatrix = false;
    std::string fallbacks; // a sentence if the model's shape does not fit the level; else empty
    std::string obstacle;  // a sentence if the level is not there and cannot be made; else empty
    // What it holds. One of: its headers; our rules' plan, which for a level that is there was found to give
    // a file of its size; or neither, where nothing but a size is known.
    std::span<const gguf::Header> headers;
    std::optional<quant::TypePlan> plan;

    // Empty if they are not known.
    [[nodiscard]] std::vector<gguf::Tensor> tensors() const;
};

// For the arithmetic; fails as fit::roughModel.
[[nodiscard]] Result<RoughModel> roughModel(const ModelShape &shape, const LevelRow &row);

// For predicted speeds. `source`: the headers of the model that the row's plan is of. Fails as
// fit::tokenWork, or with Unsupported if the row's tensors are not known.
[[nodiscard]] Result<TokenWork> tokenWork(std::span<const gguf::Header> source, const LevelRow &row);

// The largest first; rows of unknown size last. `model` is what other levels would be made of; it and the
// headers must outlive the rows.
// `uncountedBytes`: about what a file has beside what `model` tells of, such as the vocabulary of a
// checkpoint that was not converted yet.
[[nodiscard]] std::vector<LevelRow> levelRows(const quant::SourceModel &model,
                                              std::span<const ExistingLevel> existing,
                                              std::int64_t uncountedBytes = 0);
// Only what is there: of a model of which our rules know nothing, or not yet. `parameters`: 0 unknown.
[[nodiscard]] std::vector<LevelRow> levelRows(std::span<const ExistingLevel> existing,
                                              std::int64_t parameters = 0);
// What is known of levels of a checkpoint that cannot be converted: about how large the usual ones would be.
// `obstacle`: a sentence.
[[nodiscard]] std::vector<LevelRow> guessedRows(std::int64_t parameters, const std::string &obstacle);

} // namespace snug::fit
