// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/disk_space.h"

#include "core/base/paths.h"
#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace snug::download {

namespace {

std::filesystem::path nearestExisting(const std::filesystem::path &path)
{
    std::error_code error;
    std::filesystem::path folder = std::filesystem::absolute(path, error);
    while (!std::filesystem::exists(folder, error) && folder != folder.parent_path())
        folder = folder.parent_path();
    return folder;
}

} // namespace

Error noSpaceError(const std::filesystem::path &path, std::int64_t wantedBytes, std::int64_t freeBytes)
{
    const std::int64_t missing = std::max<std::int64_t>(wantedBytes - freeBytes, 1);
    const std::string folder = toUtf8(path.has_parent_path() ? path.parent_path() : path);
    return Error{ErrorKind::NoSpace,
                 fmt::format("The disk of {} has {} free, and {} are needed: {} more.", folder,
                             formatBytes(freeBytes), formatBytes(wantedBytes), formatBytes(missing)),
                 {{"path", folder}, {"wanted_bytes", wantedBytes}, {"free_bytes", freeBytes}},
                 "Free some space on that disk, or choose a folder on another one."};
}

Result<Volume> volumeOf(const std::filesystem::path &path)
{
    const auto existing = nearestExisting(path);
    std::error_code error;
    const auto space = std::filesystem::space(existing, error);
    if (error)
        return fail(ErrorKind::Io,
                    fmt::format("The free space of {} is unknown: {}.", toUtf8(path), error.message()),
                    {{"path", toUtf8(path)}});
    constexpr auto kMost = static_cast<std::uintmax_t>(std::numeric_limits<std::int64_t>::max());
    return Volume{volumeId(existing), static_cast<std::int64_t>(std::min(space.available, kMost))};
}

} // namespace snug::download
