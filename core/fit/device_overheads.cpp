// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/device_overheads.h"

#include "core/base/median.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace snug::fit {
namespace {

constexpr std::int64_t kMostBytes = std::int64_t{4} << 30;

FigureFile overheads(std::filesystem::path file)
{
    return {std::move(file), "devices", {"backend", "name", "driver", "engine"}, "overheads", 0, kMostBytes};
}

std::vector<std::string> keyOf(const Device &device, std::string_view engine)
{
    return {device.backend, device.name, device.driver, std::string(engine)};
}

} // namespace

std::filesystem::path deviceOverheadsFile(const Paths &paths)
{
    return paths.data / "device_overheads.json";
}

std::optional<std::int64_t> overheadOf(const DeviceMemory &loaded, std::int64_t freeAfter)
{
    const std::int64_t before = loaded.freeBytes;
    const std::int64_t parts = loaded.used() - loaded.overhead;
    const bool told = freeAfter >= 0 && freeAfter < before && before <= loaded.totalBytes;
    const bool mainMemory = loaded.sharesHost || loaded.backend == "CPU";
    if (mainMemory || parts <= 0 || !told)
        return std::nullopt;
    const std::int64_t gone = before - freeAfter;
    if (gone > parts && gone - parts > kMostBytes)
        return std::nullopt;
    return std::max<std::int64_t>(0, gone - parts);
}

Result<void> rememberOverhead(const std::filesystem::path &file, const Device &device,
                              std::string_view engine, std::int64_t bytes)
{
    return rememberFigure(overheads(file), keyOf(device, engine), static_cast<double>(bytes));
}

DeviceOverheads::DeviceOverheads(const Paths &paths, std::span<const Device> devices, std::string_view engine)
{
    const auto measured = readFigures(overheads(deviceOverheadsFile(paths)));
    for (const Device &device : devices) {
        const auto found = std::find_if(measured.begin(), measured.end(), [&](const RecentFigures &entry) {
            return entry.key == keyOf(device, engine);
        });
        if (found == measured.end() || device.kind == "cpu" || device.software)
            continue;
        const std::size_t loads = found->figures.size();
        m_known[device.id] = {
            std::llround(median(found->figures)),
            fmt::format("measured on this computer, {} {}", loads, loads == 1 ? "load" : "loads")};
    }
}

void DeviceOverheads::addTo(Allocation &allocation) const
{
    for (DeviceMemory &memory : allocation.memory) {
        const auto known = m_known.find(memory.device);
        if (known == m_known.end() || memory.used() == 0)
            continue;
        memory.overhead = known->second.bytes;
        memory.overheadSource = known->second.source;
    }
}

Measure DeviceOverheads::added(Measure measure) const
{
    return [this, measure = std::move(measure)](const LoadRequest &request) -> Result<Allocation> {
        SNUG_TRY(Allocation allocation, measure(request));
        addTo(allocation);
        return allocation;
    };
}

} // namespace snug::fit
