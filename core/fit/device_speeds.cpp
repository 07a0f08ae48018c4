// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/device_speeds.h"

#include "core/base/atomic_file.h"

#include <algorithm>

namespace snug::fit {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostBytes = 1 << 20;
constexpr std::size_t kMostEntries = 64;
constexpr int kSchema = 1;

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
    const auto text = readSmallFile(file, kMostBytes);
    const json content = json::parse(text ? *text : std::string(), nullptr, false);
    std::vector<DeviceSpeed> speeds;
    if (!content.is_object() || content.value("schema", json()) != kSchema)
        return speeds;
    const auto list = content.find("speeds");
    if (list == content.end() || !list->is_array())
        return speeds;
    for (const json &entry : *list) {
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
    json list = json::array();
    for (const DeviceSpeed &entry : speeds)
        list.push_back(toJson(entry));
    return replaceFile(file, json{{"schema", kSchema}, {"speeds", std::move(list)}}.dump(
                                 1, ' ', false, json::error_handler_t::replace) +
                                 "\n");
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
