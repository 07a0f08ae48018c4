// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/content_range.h"
#include "core/download/disk_space.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

namespace snug::download {

struct PlannedFile {
    std::filesystem::path part;
    std::filesystem::path target; // on the same volume
    std::int64_t bytes = kUnknown;
};

// Left free on every volume: journals, the library's index and the system itself go on writing, and most file
// systems get slow or refuse small files before they are quite full.
constexpr std::int64_t kSpareBytes = 256 << 20;

using VolumeOf = std::function<Result<Volume>(const std::filesystem::path &)>;

// Whether all these files together have room, each volume by itself; what is on the disk of them counts. Of
// an unknown size nothing is wanted. Any thread. Errors: NoSpace (wanted_bytes, free_bytes, missing_bytes,
// volume) for the first volume that lacks room; TooLarge or InvalidArgument for a size that no file has; what
// `volumeOf` failed with.
[[nodiscard]] Result<void> checkSpace(std::span<const PlannedFile> files,
                                      const VolumeOf &volumeAt = &volumeOf);

} // namespace snug::download
