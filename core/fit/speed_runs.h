// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/paths.h"
#include "core/base/result.h"
#include "core/fit/speed.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

// What the engine really reached, beside what the arithmetic said of it: speed_runs.json in the data folder,
// {"schema":1,"runs":[...]}. Nothing in it tells which model ran.
namespace snug::fit {

struct SpeedRun {
    std::string devices; // that worked, with their drivers and the engine: see devicesKey
    gguf::TensorType type = gguf::TensorType::F16; // TokenWork::mainType
    SpeedSource source = SpeedSource::Measured;    // of the prediction
    std::int64_t measuredAt = 0;                   // RawSpeed::measuredAt of the prediction
    std::int64_t at = 0;                           // seconds since 1970
    // Measured seconds over those of RawSpeed; 0: not measured.
    double promptRatio = 0;
    double tokenRatio = 0;

    bool operator==(const SpeedRun &) const = default;
};

// Runs are compared if all devices that work in them, their drivers and the engine are the same.
[[nodiscard]] std::string devicesKey(const Allocation &allocation, std::span<const DeviceSpeed> speeds);

[[nodiscard]] std::filesystem::path speedRunsFile(const Paths &paths);
// Oldest first; without what makes no sense, and empty without such a file.
[[nodiscard]] std::vector<SpeedRun> readSpeedRuns(const std::filesystem::path &file);
// Keeps the newest 40 of each devicesKey and 400 in all. A run whose ratios are absurd is left out. Of two
// programs that write at the same moment, one may be forgotten. Fails as replaceFile.
[[nodiscard]] Result<void> rememberSpeedRun(const std::filesystem::path &file, const SpeedRun &run);

// What runs teach about predictions of the same origin: the median of how far off they were, of models of
// that type and of all, drawn towards none the fewer there are.
struct Lesson {
    double promptFactor = 1; // on seconds
    double tokenFactor = 1;
    double promptUncertainty = 0;
    double tokenUncertainty = 0;
    int runs = 0; // that it is from
};
[[nodiscard]] Lesson learn(std::span<const SpeedRun> runs, const std::string &devices, gguf::TensorType type,
                           const RawSpeed &raw);

} // namespace snug::fit
