// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/paths.h"
#include "core/fit/speed_runs.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace snug::fit {

// Predicts speeds on one machine, with what was measured and learned there. Immutable; any thread.
class SpeedForecast {
public:
    // Of devices that are not there, from machine.h; nothing is learned about them.
    explicit SpeedForecast(std::vector<DeviceSpeed> speeds);
    // Of this computer: what was measured before and what ran, from `paths.data`. `engine`: its version.
    SpeedForecast(const Paths &paths, std::span<const Device> devices, std::string_view engine);

    // nullopt if the speed of a device that works is unknown: `snug-cli bench --device` measures it.
    [[nodiscard]] std::optional<SpeedEstimate> estimate(const TokenWork &work, const Allocation &allocation,
                                                        const SpeedRequest &request = {}) const;

    // How a run went, to be remembered; nullopt where nothing was predicted. Seconds as in RawSpeed, 0: not
    // measured. `at`: now, in seconds since 1970.
    [[nodiscard]] std::optional<SpeedRun> runOf(const TokenWork &work, const Allocation &allocation,
                                                const SpeedRequest &request, const RawSpeed &reached,
                                                std::int64_t at) const;

    [[nodiscard]] std::span<const DeviceSpeed> speeds() const { return m_speeds; }

private:
    std::vector<DeviceSpeed> m_speeds;
    std::vector<SpeedRun> m_runs;
};

} // namespace snug::fit
