// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/safetensors/index.h"

#include "core/base/units.h"
#include "core/gguf/failure.h"
#include "core/gguf/text.h"
#include "core/hub/json.h"
#include "core/hub/safe_path.h"

#include <fmt/format.h>

#include <set>

namespace snug::safetensors {
namespace {

tl::unexpected<Error> notAnIndex()
{
    return gguf::corrupt("bad_index", -1, "The list of the checkpoint's parts cannot be understood.");
}

tl::unexpected<Error> tooLarge()
{
    return gguf::beyondLimit("large_index", kMostIndexBytes,
                             "The list of the checkpoint's parts is longer than Snug reads.");
}

} // namespace

Result<Index> parseIndex(std::string_view text)
{
    constexpr std::size_t kMostTensors = 2'000'000;
    const auto parsed = hub::parseJson(text, {static_cast<std::size_t>(kMostIndexBytes), 16, kMostTensors});
    if (!parsed)
        return parsed.error().kind == ErrorKind::TooLarge ? tooLarge() : notAnIndex();
    const auto *map = hub::memberOf(*parsed, "weight_map");
    if (map == nullptr || !map->is_object())
        return notAnIndex();
    Index index;
    std::set<std::string> files;
    for (const auto &[tensor, file] : map->items()) {
        const auto *name = file.get_ptr<const nlohmann::json::string_t *>();
        if (name == nullptr)
            return notAnIndex();
        if (!files.contains(*name)) {
            if (!hub::safeRelativePath(*name))
                return gguf::corrupt(
                    "unsafe_path", -1,
                    fmt::format("The list of the checkpoint's parts names a file that is no plain "
                                "name inside its folder: \"{}\".",
                                gguf::escaped(*name)));
            if (files.size() >= kMostShards)
                return tooLarge();
            files.insert(*name);
        }
        index.fileOf.emplace(tensor, *name);
    }
    if (files.empty())
        return notAnIndex();
    index.files.assign(files.begin(), files.end());
    return index;
}

} // namespace snug::safetensors
