// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/load_speeds.h"

#include "core/base/median.h"

#include <algorithm>
#include <utility>

namespace snug::fit {
namespace {

FigureFile loads(std::filesystem::path file)
{
    constexpr double kSlowest = 1e3; // bytes a second
    constexpr double kFastest = 1e13;
    return {std::move(file), "loads", {"devices", "engine"}, "bytes_per_second", kSlowest, kFastest};
}

double weightBytes(const Allocation &allocation)
{
    double bytes = 0;
    for (const DeviceMemory &memory : allocation.memory)
        bytes += static_cast<double>(memory.weights);
    return bytes;
}

// All that hold layers, with their drivers.
std::vector<std::string> keyOf(std::span<const Device> devices, const Allocation &allocation,
                               const std::string &engine)
{
    std::string names;
    for (const DeviceMemory &memory : allocation.memory) {
        const auto device = std::find_if(devices.begin(), devices.end(), [&memory](const Device &listed) {
            return listed.id == memory.device;
        });
        if (memory.layers <= 0 || device == devices.end())
            continue;
        names += names.empty() ? "" : " + ";
        names += device->name + " (" + device->backend + "; " + device->driver + ")";
    }
    return {std::move(names), engine};
}

} // namespace

std::filesystem::path loadSpeedsFile(const Paths &paths)
{
    return paths.data / "load_speeds.json";
}

Result<void> rememberLoad(const std::filesystem::path &file, std::span<const Device> devices,
                          const Allocation &loaded, std::string_view engine, double seconds)
{
    // Below, what a load does beside reading weights is most of it.
    constexpr double kFewest = 64 << 20;
    const double bytes = weightBytes(loaded);
    auto key = keyOf(devices, loaded, std::string(engine));
    if (bytes < kFewest || !(seconds > 0) || key.front().empty())
        return {};
    return rememberFigure(loads(file), key, bytes / seconds);
}

LoadSpeeds::LoadSpeeds(const Paths &paths, std::span<const Device> devices, std::string_view engine)
    : m_devices(devices.begin(), devices.end())
    , m_engine(engine)
    , m_loads(readFigures(loads(loadSpeedsFile(paths))))
{
}

std::optional<double> LoadSpeeds::seconds(const Allocation &allocation) const
{
    const auto key = keyOf(m_devices, allocation, m_engine);
    const auto found = std::find_if(m_loads.begin(), m_loads.end(),
                                    [&key](const RecentFigures &entry) { return entry.key == key; });
    if (found == m_loads.end() || key.front().empty())
        return std::nullopt;
    return weightBytes(allocation) / median(found->figures);
}

} // namespace snug::fit
