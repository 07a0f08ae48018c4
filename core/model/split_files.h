// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

// Models that were split into several files are named as llama.cpp's gguf-split does:
// "NAME-00002-of-00005.gguf".
namespace snug {

struct SplitName {
    std::string base;
    std::int64_t part = 1; // from 1
    std::int64_t count = 1;

    bool operator==(const SplitName &) const = default;
};

// nullopt if the file name is not of that form, or if its numbers contradict each other.
[[nodiscard]] std::optional<SplitName> parseSplitName(std::string_view fileName);

// The file of part `part` (from 1) beside `file`, which is one of `count` parts; nullopt if it is not named
// so.
[[nodiscard]] std::optional<std::filesystem::path> splitPartPath(const std::filesystem::path &file,
                                                                 std::int64_t part, std::int64_t count);

} // namespace snug
