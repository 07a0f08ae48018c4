// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/speed_forecast.h"

#include "core/fit/device_speeds.h"

#include <fmt/format.h>

#include <utility>

namespace snug::fit {

SpeedForecast::SpeedForecast(std::vector<DeviceSpeed> speeds) : m_speeds(std::move(speeds)) {}

SpeedForecast::SpeedForecast(const Paths &paths, std::span<const Device> devices, std::string_view engine)
    : m_runs(readSpeedRuns(speedRunsFile(paths)))
{
    const auto measured = readDeviceSpeeds(deviceSpeedsFile(paths));
    for (const Device &device : devices) {
        if (auto speed = speedOf(device, measured, engine))
            m_speeds.push_back(*std::move(speed));
    }
}

std::optional<SpeedEstimate> SpeedForecast::estimate(const TokenWork &work, const Allocation &allocation,
                                                     const SpeedRequest &request) const
{
    const auto raw = rawSpeed(work, allocation, m_speeds, request);
    if (!raw)
        return std::nullopt;
    SpeedEstimate estimate = plainEstimate(*raw, request);
    const Lesson lesson = learn(m_runs, devicesKey(allocation, m_speeds), work.mainType(), *raw);
    if (lesson.runs == 0)
        return estimate;
    estimate.promptTps /= lesson.promptFactor;
    estimate.generationTps /= lesson.tokenFactor;
    estimate.uncertainty = lesson.tokenUncertainty;
    estimate.promptUncertainty = lesson.promptUncertainty;
    estimate.source =
        fmt::format("from {} {} on this device", lesson.runs, lesson.runs == 1 ? "run" : "runs");
    return estimate;
}

std::optional<SpeedRun> SpeedForecast::runOf(const TokenWork &work, const Allocation &allocation,
                                             const SpeedRequest &request, const RawSpeed &reached,
                                             std::int64_t at) const
{
    const auto raw = rawSpeed(work, allocation, m_speeds, request);
    if (!raw)
        return std::nullopt;
    SpeedRun run;
    run.devices = devicesKey(allocation, m_speeds);
    run.type = work.mainType();
    run.source = raw->source;
    run.measuredAt = raw->measuredAt;
    run.at = at;
    run.promptRatio = reached.promptSeconds / raw->promptSeconds;
    run.tokenRatio = reached.tokenSeconds / raw->tokenSeconds;
    return run;
}

} // namespace snug::fit
