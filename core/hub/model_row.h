// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/hub/names.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// What the Hub's API says of a model (openapi.json: /api/models). All of it comes from uploaded files: what
// is absurd counts as not said, and texts are safe to show.
namespace snug::hub {

enum class Gate { Open, Automatic, Manual }; // whether access must be requested, and who agrees

// Of one representative file of the repository, not of each level.
struct GgufSummary {
    std::optional<std::int64_t> parameters;
    std::optional<std::string> architecture;
    std::optional<std::int64_t> contextLength; // tokens
    bool chatTemplate = false;

    bool operator==(const GgufSummary &) const = default;
};

struct SafetensorsSummary {
    std::optional<std::int64_t> parameters;
    std::map<std::string, std::int64_t> parametersByType; // "BF16" -> how many

    bool operator==(const SafetensorsSummary &) const = default;
};

// A model in a list, and the part of Repository that lists know.
struct ModelRow {
    RepoId id; // canonical
    Gate gate = Gate::Open;
    bool isPrivate = false;
    bool disabled = false;
    std::optional<std::int64_t> downloads = std::nullopt; // of 30 days
    std::optional<std::int64_t> likes = std::nullopt;
    std::optional<std::string> pipeline = std::nullopt; // "text-generation"
    std::optional<std::string> library = std::nullopt;
    std::optional<std::string> license = std::nullopt;
    std::vector<std::string> tags = {};
    std::vector<std::string> baseModels = {};
    std::optional<std::chrono::sys_seconds> lastModified = std::nullopt;
    std::optional<GgufSummary> gguf = std::nullopt;
    std::optional<SafetensorsSummary> safetensors = std::nullopt;

    bool operator==(const ModelRow &) const = default;
};

// nullopt if `json` is no model, or has no usable id.
[[nodiscard]] std::optional<ModelRow> parseModelRow(const nlohmann::json &json);

} // namespace snug::hub
