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

// "NAME"; nullopt if `fileName` is not that of one of `count` parts.
[[nodiscard]] std::optional<std::string> splitBaseName(std::string_view fileName, std::int64_t count);

// The file of part `part` (from 1) beside `file`, which is one of `count` parts; nullopt if it is not named
// so.
[[nodiscard]] std::optional<std::filesystem::path> splitPartPath(const std::filesystem::path &file,
                                                                 std::int64_t part, std::int64_t count);

} // namespace snug
