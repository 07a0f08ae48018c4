// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/device_speeds.h"

#include "core/fit/record_list.h"

#include <algorithm>
#include <utility>

namespace snug::fit {
namespace {

using nlohmann::json;

constexpr std::size_t kMostEntries = 64;
constexpr const char *kList = "speeds";

bool sameDevice(const DeviceSpeed &a, const DeviceSpeed &b)
{
    return a.device == b.device && a.name == b.name && a.driver == b.driver;
}

} // namespace

std::filesystem::path deviceSpeedsFile(const Paths &paths)
{
    return paths.data / "device_speeds.json";
}

std::vector<DeviceSpeed> readDeviceSpeeds(const std::filesystem::path &file)
{
    std::vector<DeviceSpeed> speeds;
    for (const json &entry : readRecords(file, kList)) {
        auto speed = deviceSpeedFromJson(entry);
        if (speed && speeds.size() < kMostEntries)
            speeds.push_back(*std::move(speed));
    }
    return speeds;
}

Result<void> rememberDeviceSpeed(const std::filesystem::path &file, const DeviceSpeed &speed)
{
    std::vector<DeviceSpeed> speeds = readDeviceSpeeds(file);
    std::erase_if(speeds, [&](const DeviceSpeed &old) { return sameDevice(old, speed); });
    if (speeds.size() >= kMostEntries)
        speeds.erase(speeds.begin());
    speeds.push_back(speed);
    std::vector<json> records;
    for (const DeviceSpeed &entry : speeds)
        records.push_back(toJson(entry));
    return writeRecords(file, kList, std::move(records));
}

std::optional<DeviceSpeed> speedOf(const Device &device, std::span<const DeviceSpeed> measured,
                                   std::string_view engine)
{
    const DeviceSpeed *best = nullptr;
    for (const DeviceSpeed &speed : measured) {
        if (speed.source != SpeedSource::Measured || speed.name != device.name ||
            speed.driver != device.driver || speed.engine != engine)
            continue;
        // Two cards of a kind are equally fast, and one that moved is still the same.
        if (best == nullptr || speed.device == device.id)
            best = &speed;
    }
    if (best != nullptr) {
        DeviceSpeed speed = *best;
        speed.device = device.id;
        return speed;
    }
    const HardwareProfile *profile = device.software ? nullptr : profileOf(device);
    if (profile == nullptr)
        return std::nullopt;
    return speedFromBandwidth(device, profile->bandwidth, profile->fp16Flops, SpeedSource::Published);
}

} // namespace snug::fit
