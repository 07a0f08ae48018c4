// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/file_lock.h"

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string_view>

namespace snug::download {

// The lock beside a part file, "<part>.lock": who holds it may touch the part, its journals and the finished
// file. Makes the folder. Waits for another holder so long. `name` is what a person calls the file. Errors:
// Io (reason "busy": it is still held), Cancelled. Any thread.
[[nodiscard]] Result<FileLock> lockPart(const std::filesystem::path &part, std::string_view name,
                                        std::chrono::milliseconds patience, const std::stop_token &stop);

} // namespace snug::download
