// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string_view>

namespace snug {

// Who may write a file at the same time. Many: each has a temporary file of its own, which stays behind if
// the program is killed. One: always unfinishedPath(), so that at most one stays, until the next write.
enum class Writers { Many, One };

// "<path>.new"
[[nodiscard]] std::filesystem::path unfinishedPath(std::filesystem::path path);

// Replaces `path` by `content`: a temporary file beside it, flushed to disk, then renamed, so that a crash
// leaves the old file or the new one and never a part. Creates missing parent folders. Fails with Io or
// NoSpace.
[[nodiscard]] Result<void> writeFileAtomically(const std::filesystem::path &path, std::string_view content,
                                               Writers writers = Writers::Many);

// The same without the flush: a crash of the program leaves the old file or the new one, a power cut perhaps
// neither. Costs next to nothing.
[[nodiscard]] Result<void> replaceFile(const std::filesystem::path &path, std::string_view content,
                                       Writers writers = Writers::Many);

// The whole file, refused with TooLarge beyond `limitBytes`. Fails with NotFound or Io.
[[nodiscard]] Result<std::string> readSmallFile(const std::filesystem::path &path, std::int64_t limitBytes);

} // namespace snug
