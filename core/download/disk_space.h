// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace snug::download {

struct Volume {
    std::string id;             // equal for two paths on the same volume
    std::int64_t freeBytes = 0; // that this user may write

    bool operator==(const Volume &) const = default;
};

// Of a path that exists; empty if the system does not tell.
[[nodiscard]] std::string volumeId(const std::filesystem::path &existing);

// The volume that holds, or would hold, `path`, which need not exist. Fails with Io.
[[nodiscard]] Result<Volume> volumeOf(const std::filesystem::path &path);

// What a file takes on its volume; 0 if there is none. Less than its size where it is sparse.
[[nodiscard]] std::int64_t allocatedBytes(const std::filesystem::path &file);

// "D:\models needs 3.1 GiB more ...", with wanted_bytes and free_bytes.
[[nodiscard]] Error noSpaceError(const std::filesystem::path &path, std::int64_t wantedBytes,
                                 std::int64_t freeBytes);

} // namespace snug::download
