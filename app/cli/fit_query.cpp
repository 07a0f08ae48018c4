// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit_query.h"

#include "core/base/paths.h"
#include "core/fit/request_check.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace snug::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMostLineBytes = 64 * 1024;
constexpr std::size_t kMostLevels = 1000;
constexpr std::size_t kLongestAsker = 64;
constexpr std::size_t kMostAdapters = 64;

tl::unexpected<Error> wrongType(std::string_view name)
{
    return fail(ErrorKind::InvalidArgument, fmt::format("{} is of the wrong type.", name));
}

Result<void> read(const json &object, const char *name, std::string &text)
{
    const auto found = object.find(name);
    if (found == object.end())
        return {};
    if (!found->is_string())
        return wrongType(name);
    text = found->get<std::string>();
    return {};
}

template <class T> Result<void> read(const json &object, const char *name, T &number)
{
    const auto found = object.find(name);
    if (found == object.end())
        return {};
    if (!found->is_number_integer())
        return wrongType(name);
    const bool tooLarge = found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX;
    const auto value = tooLarge ? INT64_MAX : found->get<std::int64_t>();
    if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max() || tooLarge)
        return fail(ErrorKind::InvalidArgument, fmt::format("{} is out of range.", name));
    number = static_cast<T>(value);
    return {};
}

Result<void> read(const json &object, const char *name, std::filesystem::path &path)
{
    std::string text = toUtf8(path);
    SNUG_CHECK(read(object, name, text));
    path = fromUtf8(text);
    return {};
}

Result<void> readFlashAttention(const json &object, fit::FlashAttention &attention)
{
    std::string name(fit::flashAttentionName(attention));
    SNUG_CHECK(read(object, "flash_attn", name));
    const auto &names = fit::flashAttentionNames();
    if (std::find(names.begin(), names.end(), name) == names.end())
        return fail(ErrorKind::InvalidArgument, "flash_attn is auto, on or off.");
    attention = fit::flashAttentionFromName(name);
    return {};
}

Result<void> readAdapters(const json &object, std::vector<std::filesystem::path> &paths)
{
    const auto found = object.find("loras");
    if (found == object.end())
        return {};
    if (!found->is_array() || found->size() > kMostAdapters)
        return wrongType("loras");
    paths.clear();
    for (const json &path : *found) {
        if (!path.is_string())
            return wrongType("loras");
        paths.push_back(fromUtf8(path.get<std::string>()));
    }
    return {};
}

Result<void> readLevels(const json &object, std::vector<std::string> &levels)
{
    const auto found = object.find("levels");
    if (found == object.end())
        return {};
    if (!found->is_array() || found->size() > kMostLevels)
        return wrongType("levels");
    levels.clear();
    for (const json &level : *found) {
        if (!level.is_string())
            return wrongType("levels");
        levels.push_back(level.get<std::string>());
    }
    return {};
}

} // namespace

Result<FitQuery> parseFitQuery(std::string_view line, const FitQuery &usual)
{
    const json object = line.size() > kMostLineBytes ? json() : json::parse(line, nullptr, false);
    if (!object.is_object())
        return fail(ErrorKind::InvalidArgument, "A question is one JSON object in a line of at most 64 KiB.");
    FitQuery query = usual;
    SNUG_CHECK(read(object, "id", query.id));
    SNUG_CHECK(read(object, "context", query.load.contextTokens));
    SNUG_CHECK(read(object, "kv_type", query.load.kvType));
    SNUG_CHECK(read(object, "kv_type_v", query.load.kvTypeV));
    SNUG_CHECK(readFlashAttention(object, query.load.flashAttention));
    SNUG_CHECK(read(object, "gpu_layers", query.load.gpuLayers));
    SNUG_CHECK(read(object, "cpu_moe", query.load.cpuExpertLayers));
    SNUG_CHECK(read(object, "parallel", query.load.parallel));
    SNUG_CHECK(read(object, "device", query.load.device));
    SNUG_CHECK(read(object, "mmproj", query.load.projector));
    SNUG_CHECK(read(object, "draft", query.load.draft));
    SNUG_CHECK(read(object, "draft_max", query.load.draftTokens));
    SNUG_CHECK(readAdapters(object, query.load.loras));
    SNUG_CHECK(read(object, "machine", query.machine));
    SNUG_CHECK(read(object, "workload", query.workload));
    SNUG_CHECK(read(object, "asker", query.asker));
    if (query.asker.size() > kLongestAsker)
        return fail(ErrorKind::InvalidArgument, "asker is too long.");
    SNUG_CHECK(readLevels(object, query.levels));
    SNUG_CHECK(fit::checkRequest(query.load));
    return query;
}

} // namespace snug::cli
