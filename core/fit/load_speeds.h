// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/paths.h"
#include "core/base/result.h"
#include "core/fit/allocation.h"
#include "core/fit/recent_figures.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// How fast models were loaded: load_speeds.json in the data folder keeps, for each set of devices that worked
// together, the last five in bytes of weights a second (see recent_figures.h). Files that are still in memory
// load many times faster than those that come from the disk, so this tells what is usual, and no more.
namespace snug::fit {

[[nodiscard]] std::filesystem::path loadSpeedsFile(const Paths &paths);

// Keeps how long a load took. One too short to tell anything is left out. Fails as replaceFile.
[[nodiscard]] Result<void> rememberLoad(const std::filesystem::path &file, std::span<const Device> devices,
                                        const Allocation &loaded, std::string_view engine, double seconds);

// Of one computer. Immutable; any thread.
class LoadSpeeds {
public:
    LoadSpeeds() = default; // nothing is known
    LoadSpeeds(const Paths &paths, std::span<const Device> devices, std::string_view engine);

    // Seconds until a model that is placed so answers; nullopt if nothing was loaded there before.
    [[nodiscard]] std::optional<double> seconds(const Allocation &allocation) const;

private:
    std::vector<Device> m_devices;
    std::string m_engine;
    std::vector<RecentFigures> m_loads;
};

} // namespace snug::fit
