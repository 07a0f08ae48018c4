// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/disk_space.h"

#include <fmt/format.h>

#include <sys/stat.h>

namespace snug::download {

std::string volumeId(const std::filesystem::path &existing)
{
    struct stat status {};
    return ::stat(existing.c_str(), &status) == 0 ? fmt::format("{}", status.st_dev) : std::string();
}

std::int64_t allocatedBytes(const std::filesystem::path &file)
{
    constexpr std::int64_t kBlockBytes = 512; // the unit of st_blocks, whatever the file system's is
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 ? status.st_blocks * kBlockBytes : 0;
}

} // namespace snug::download
