// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"
#include "core/gguf/reader.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace snug {

struct TokenizerFacts {
    std::optional<std::string> model; // "gpt2", "llama", ...
    std::optional<std::string> pre;   // the pre-tokenizer
    std::optional<std::int64_t> tokens;

    bool operator==(const TokenizerFacts &) const = default;
};

// One file of a model that was split into several. The other facts about size are then those of this file
// alone.
struct SplitFacts {
    std::int64_t part = 1; // from 1
    std::int64_t count = 1;
    std::optional<std::int64_t> tensors; // of all parts
    bool complete = false;               // all parts were read

    bool operator==(const SplitFacts &) const = default;
};

// What a model file tells about itself: the answer of `snug-cli inspect`. Texts are a stranger's words made
// safe to print; what the file does not say is absent, never guessed.
struct ModelFacts {
    std::string format = "gguf";
    std::int64_t formatVersion = 0;
    std::string kind; // general.type: "model", "adapter", "mmproj", "imatrix", ...
    std::string name; // general.name, or the file's name without its ending
    std::optional<std::string> architecture;
    std::optional<std::string> maker; // organisation or author
    std::optional<std::string> quantizedBy;
    std::optional<std::string> license;

    std::optional<std::int64_t> parameters; // absent for a part of a model, and without tensors
    std::optional<std::string> level;
    std::optional<double> bitsPerWeight;
    std::int64_t fileBytes = 0;
    std::int64_t tensorCount = 0;
    std::map<std::string, std::int64_t> tensorsByType; // "Q4_K" -> how many

    std::optional<std::int64_t> contextLength; // tokens, as trained
    std::optional<std::int64_t> layers;
    std::optional<std::int64_t> embeddingLength;
    std::optional<std::int64_t> feedForwardLength;
    std::optional<std::int64_t> headCount;   // the largest, where layers differ
    std::optional<std::int64_t> headCountKv; // the largest, where layers differ
    std::optional<std::int64_t> expertCount;
    std::optional<std::int64_t> expertUsedCount;

    std::optional<TokenizerFacts> tokenizer;
    bool chatTemplate = false;
    std::optional<SplitFacts> split;
    std::vector<std::string> warnings; // sentences

    bool operator==(const ModelFacts &) const = default;
};

// `fileName` (UTF-8, no folder) stands in where the header has no name.
[[nodiscard]] ModelFacts factsOf(const gguf::Header &header, std::string_view fileName);
// The same for all files of a split model, in order.
[[nodiscard]] ModelFacts factsOf(std::span<const gguf::Header> parts, std::string_view fileName);
// Of the first part of a file: what only tensors tell is absent, and size and level are the caller's to say.
[[nodiscard]] ModelFacts factsOf(const gguf::FirstKeys &first, std::string_view fileName);

// The shape of DESIGN.md section 4; null for what is absent.
[[nodiscard]] nlohmann::json toJson(const ModelFacts &facts);

// Opens, reads and checks the header; if it is one part of a split model, those of the other parts beside it
// too, and a part that is missing or broken is a warning. Errors are those of FileReader::open and
// readHeader, with detail path.
[[nodiscard]] Result<ModelFacts> inspectFile(const std::filesystem::path &path);

} // namespace snug
