// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <vector>

namespace snug::library {

struct ImportSource {
    std::filesystem::path path; // no link; the name is that by which it was asked for
    std::filesystem::path name;
    std::int64_t bytes = 0;
};

// Every file that belongs to the model of which `file` is one, the first part first, with their headers
// checked. Fails as importModel does.
[[nodiscard]] Result<std::vector<ImportSource>> importSources(const std::filesystem::path &file);

} // namespace snug::library
