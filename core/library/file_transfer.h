// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string_view>
#include <system_error>

// Bringing large files from one name to another. A file that appears under the name `to` is whole and on
// disk; a failure or a stop leaves nothing there.
namespace snug::library {

// Copies into a new file, 1 MiB at a time, and flushes it to disk. Fails with Cancelled, Io, NoSpace, or
// InvalidArgument if `to` is there already. Progress in bytes.
[[nodiscard]] Result<void> copyFile(const std::filesystem::path &from, const std::filesystem::path &to,
                                    std::string_view stage, const ProgressFn &progress,
                                    const std::stop_token &stop);

// A new file that shares its bytes on disk with `from` until one of them is changed (Linux FICLONE, macOS
// clonefile). False, and nothing made, where the file system cannot, or for any other reason.
[[nodiscard]] bool cloneFile(const std::filesystem::path &from, const std::filesystem::path &to);

// Renames within one volume, replacing `to`. On another volume copies to `temporary` beside `to`, renames and
// then removes `from`. What stands at `temporary` before is removed.
[[nodiscard]] Result<void> moveFile(const std::filesystem::path &from, const std::filesystem::path &to,
                                    const std::filesystem::path &temporary, const ProgressFn &progress,
                                    const std::stop_token &stop);

// NoSpace or Io, with the system's reason in the sentence.
[[nodiscard]] tl::unexpected<Error> fileError(std::string_view what, const std::filesystem::path &path,
                                              const std::error_code &code);

} // namespace snug::library
