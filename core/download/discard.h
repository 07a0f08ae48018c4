// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>

namespace snug::download {

// Throws away what a download left: the part, its journals, and the finished file if it was not taken from
// `target` yet. The bytes that these files had. A download that is just being stopped is waited for, for
// a few seconds. Errors: Io (a file stays; reason "busy": it is being downloaded), Cancelled. Any thread.
[[nodiscard]] Result<std::int64_t> discardDownload(const std::filesystem::path &part,
                                                   const std::filesystem::path &target,
                                                   const std::stop_token &stop);

} // namespace snug::download
