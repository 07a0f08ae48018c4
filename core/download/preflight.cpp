// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/preflight.h"

#include "core/base/paths.h"
#include "core/download/piece_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <system_error>
#include <vector>

namespace snug::download {
namespace {

struct Demand {
    std::string key; // of the volume
    Volume volume;
    std::filesystem::path path; // of the first file there
    std::int64_t bytes = 0;
};

// Stays at the largest number, which no volume has free.
std::int64_t sumOf(std::int64_t a, std::int64_t b)
{
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    return a > kMost - b ? kMost : a + b;
}

Result<void> checkSize(const PlannedFile &file)
{
    const std::string name = toUtf8(file.target.filename());
    if (file.bytes < 0 && file.bytes != kUnknown)
        return fail(ErrorKind::InvalidArgument, fmt::format("{} cannot have less than no bytes.", name),
                    {{"bytes", file.bytes}});
    if (file.bytes > PieceMap::kMostFileBytes)
        return fail(ErrorKind::TooLarge, fmt::format("{} would be larger than any file of the Hub.", name),
                    {{"bytes", file.bytes}, {"limit", PieceMap::kMostFileBytes}},
                    "Look at the repository: what it tells about the file cannot be true.");
    return {};
}

std::int64_t missingBytes(const PlannedFile &file)
{
    std::error_code code;
    if (file.bytes == kUnknown || std::filesystem::exists(file.target, code))
        return 0;
    return std::max<std::int64_t>(file.bytes - allocatedBytes(file.part), 0);
}

Demand &demandOn(std::vector<Demand> &demands, const Volume &volume, const std::filesystem::path &path)
{
    // Where the system does not tell volumes apart, the folder has to.
    std::string key = volume.id.empty() ? "folder " + toUtf8(path.parent_path()) : volume.id;
    const auto found = std::find_if(demands.begin(), demands.end(),
                                    [&key](const Demand &demand) { return demand.key == key; });
    if (found != demands.end())
        return *found;
    return demands.emplace_back(Demand{std::move(key), volume, path});
}

} // namespace

Result<void> checkSpace(std::span<const PlannedFile> files, const VolumeOf &volumeAt)
{
    std::vector<Demand> demands;
    for (const PlannedFile &file : files) {
        SNUG_CHECK(checkSize(file));
        const std::int64_t missing = missingBytes(file);
        if (missing == 0)
            continue;
        SNUG_TRY(const Volume volume, volumeAt(file.part));
        Demand &demand = demandOn(demands, volume, file.part);
        demand.bytes = sumOf(demand.bytes, missing);
    }
    for (const Demand &demand : demands) {
        const std::int64_t wanted = sumOf(demand.bytes, kSpareBytes);
        const std::int64_t available = std::max<std::int64_t>(demand.volume.freeBytes, 0);
        if (wanted <= available)
            continue;
        Error error = noSpaceError(demand.path, wanted, available);
        error.detail.emplace_back("missing_bytes", wanted - available);
        error.detail.emplace_back("volume", demand.volume.id);
        return tl::make_unexpected(std::move(error));
    }
    return {};
}

} // namespace snug::download
