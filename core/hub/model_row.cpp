// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/model_row.h"

#include "core/hub/json.h"
#include "core/hub/safe_path.h"

namespace snug::hub {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxParameters = 100'000'000'000'000; // somebody uploads a header that says 10^18
constexpr std::int64_t kMaxContext = 1'000'000'000;
constexpr std::size_t kMaxTypes = 32;
constexpr std::size_t kMaxBaseModels = 16;

Gate gateOf(const json &model)
{
    const auto word = textOf(model, "gated");
    if (word == "auto")
        return Gate::Automatic;
    return word == "manual" || flagOf(model, "gated") ? Gate::Manual : Gate::Open;
}

// The value of the first tag that begins so.
std::optional<std::string> tagged(const std::vector<std::string> &tags, std::string_view prefix)
{
    for (const std::string &tag : tags) {
        if (tag.size() > prefix.size() && tag.starts_with(prefix))
            return tag.substr(prefix.size());
    }
    return std::nullopt;
}

std::optional<std::string> licenseOf(const json *card, const std::vector<std::string> &tags)
{
    if (card != nullptr) {
        if (auto words = wordListOf(*card, "license", 1); !words.empty())
            return std::move(words.front());
    }
    return tagged(tags, "license:");
}

std::optional<GgufSummary> ggufOf(const json &model)
{
    const json *gguf = memberOf(model, "gguf");
    if (gguf == nullptr || !gguf->is_object())
        return std::nullopt;
    const json *chatTemplate = memberOf(*gguf, "chat_template");
    return GgufSummary{countOf(*gguf, "total", kMaxParameters), wordsOf(*gguf, "architecture"),
                       countOf(*gguf, "context_length", kMaxContext),
                       chatTemplate != nullptr && chatTemplate->is_string()};
}

std::optional<SafetensorsSummary> safetensorsOf(const json &model)
{
    const json *summary = memberOf(model, "safetensors");
    if (summary == nullptr || !summary->is_object())
        return std::nullopt;
    SafetensorsSummary found{countOf(*summary, "total", kMaxParameters), {}};
    const json *parameters = memberOf(*summary, "parameters");
    if (parameters == nullptr || !parameters->is_object())
        return found;
    for (const auto &[type, unused] : parameters->items()) {
        const auto count = countOf(*parameters, type.c_str(), kMaxParameters);
        if (count && found.parametersByType.size() < kMaxTypes)
            found.parametersByType.emplace(shownText(type, 32), *count);
    }
    return found;
}

} // namespace

std::optional<ModelRow> parseModelRow(const json &model)
{
    auto id = RepoId::parse(textOf(model, "id").value_or(""));
    if (!id)
        return std::nullopt;
    ModelRow row{*std::move(id)};
    const json *card = memberOf(model, "cardData");
    row.gate = gateOf(model);
    row.isPrivate = flagOf(model, "private");
    row.disabled = flagOf(model, "disabled");
    row.downloads = countOf(model, "downloads");
    row.likes = countOf(model, "likes");
    row.pipeline = wordsOf(model, "pipeline_tag");
    row.library = wordsOf(model, "library_name");
    row.tags = wordListOf(model, "tags");
    row.license = licenseOf(card, row.tags);
    if (card != nullptr)
        row.baseModels = wordListOf(*card, "base_model", kMaxBaseModels);
    row.lastModified = timeOf(model, "lastModified");
    row.gguf = ggufOf(model);
    row.safetensors = safetensorsOf(model);
    return row;
}

} // namespace snug::hub
