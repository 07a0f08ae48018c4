// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string_view>

namespace snug {

// Replaces `path` by `content`: a temporary file beside it, flushed to disk, then renamed, so that a crash
// leaves the old file or the new one and never a part. Creates missing parent folders. Fails with Io or
// NoSpace.
[[nodiscard]] Result<void> writeFileAtomically(const std::filesystem::path &path, std::string_view content);

// The same without the flush: a crash of the program leaves the old file or the new one, a power cut perhaps
// neither. Costs next to nothing.
[[nodiscard]] Result<void> replaceFile(const std::filesystem::path &path, std::string_view content);

// The whole file, refused with TooLarge beyond `limitBytes`. Fails with NotFound or Io.
[[nodiscard]] Result<std::string> readSmallFile(const std::filesystem::path &path, std::int64_t limitBytes);

} // namespace snug
