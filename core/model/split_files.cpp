// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/split_files.h"

#include "core/base/paths.h"

#include <fmt/format.h>

#include <charconv>

namespace snug {
namespace {

constexpr std::size_t kDigits = 5;
constexpr std::string_view kEnding = ".gguf";
constexpr std::string_view kOf = "-of-";

std::optional<std::int64_t> number(std::string_view digits)
{
    std::int64_t value = 0;
    const char *end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc() || stopped != end || value < 1)
        return std::nullopt;
    return value;
}

} // namespace

std::optional<SplitName> parseSplitName(std::string_view fileName)
{
    constexpr std::size_t kTail = 1 + kDigits + kOf.size() + kDigits + kEnding.size();
    if (fileName.size() <= kTail || !fileName.ends_with(kEnding))
        return std::nullopt;
    const std::string_view base = fileName.substr(0, fileName.size() - kTail);
    const std::string_view tail = fileName.substr(base.size());
    if (tail.front() != '-' || tail.substr(1 + kDigits, kOf.size()) != kOf)
        return std::nullopt;
    const auto part = number(tail.substr(1, kDigits));
    const auto count = number(tail.substr(1 + kDigits + kOf.size(), kDigits));
    if (!part || !count || *part > *count)
        return std::nullopt;
    return SplitName{std::string(base), *part, *count};
}

std::optional<std::filesystem::path> splitPartPath(const std::filesystem::path &file, std::int64_t part,
                                                   std::int64_t count)
{
    const auto name = parseSplitName(toUtf8(file.filename()));
    if (!name || name->count != count)
        return std::nullopt;
    return file.parent_path() / fromUtf8(fmt::format("{}-{:05}-of-{:05}.gguf", name->base, part, count));
}

} // namespace snug
