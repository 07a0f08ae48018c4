// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <filesystem>

namespace snug {

// Renames a damaged database and its log to a free name beside it, "NAME.damaged-20260131-235959", so that
// nothing is lost; the new path. Fails with Io.
[[nodiscard]] Result<std::filesystem::path> setDatabaseAside(const std::filesystem::path &file,
                                                             std::chrono::system_clock::time_point now);

} // namespace snug
