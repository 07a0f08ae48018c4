// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/paths.h"
#include "core/base/result.h"
#include "core/fit/device_speed.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

// Measured devices, kept in device_speeds.json in the data folder: {"schema":1,"speeds":[DeviceSpeed...]}.
namespace snug::fit {

[[nodiscard]] std::filesystem::path deviceSpeedsFile(const Paths &paths);

// What was measured before; without the entries that make no sense, and empty without such a file.
[[nodiscard]] std::vector<DeviceSpeed> readDeviceSpeeds(const std::filesystem::path &file);

// Adds a measurement in place of an older one of the same device and driver. Of two programs that do so at
// the same moment, one may be forgotten. Fails as replaceFile.
[[nodiscard]] Result<void> rememberDeviceSpeed(const std::filesystem::path &file, const DeviceSpeed &speed);

// How fast a device of this computer is: as measured with the same driver and engine, else by the maker's
// figures if it has a profile; nullopt if nothing is known. `engine`: the engine's version.
[[nodiscard]] std::optional<DeviceSpeed> speedOf(const Device &device, std::span<const DeviceSpeed> measured,
                                                 std::string_view engine);

} // namespace snug::fit
