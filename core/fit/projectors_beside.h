// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <stop_token>
#include <vector>

namespace snug::fit {

// The files of a folder that are called as projectors are, "mmproj" in the name and .gguf at its end, in the
// order of their names: 16 at most, of the first 10 000 entries. Empty for a folder that cannot be read, or
// after a stop.
[[nodiscard]] std::vector<std::filesystem::path> projectorsBeside(const std::filesystem::path &folder,
                                                                  const std::stop_token &stop);

} // namespace snug::fit
