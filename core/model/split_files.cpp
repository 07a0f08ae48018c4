// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/split_files.h"

#include "core/base/paths.h"

#include <fmt/format.h>

#include <algorithm>

namespace snug {

std::optional<std::string> splitBaseName(std::string_view fileName, std::int64_t count)
{
    const std::string ending = fmt::format("-of-{:05}.gguf", count);
    constexpr std::size_t kDigits = 5;
    if (!fileName.ends_with(ending))
        return std::nullopt;
    fileName.remove_suffix(ending.size());
    if (fileName.size() < kDigits + 2 || fileName[fileName.size() - kDigits - 1] != '-')
        return std::nullopt;
    const std::string_view digits = fileName.substr(fileName.size() - kDigits);
    if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    return std::string(fileName.substr(0, fileName.size() - kDigits - 1));
}

std::optional<std::filesystem::path> splitPartPath(const std::filesystem::path &file, std::int64_t part,
                                                   std::int64_t count)
{
    const auto base = splitBaseName(toUtf8(file.filename()), count);
    if (!base)
        return std::nullopt;
    return file.parent_path() / fromUtf8(fmt::format("{}-{:05}-of-{:05}.gguf", *base, part, count));
}

} // namespace snug
