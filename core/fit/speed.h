// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/allocation.h"
#include "core/fit/device_speed.h"
#include "core/fit/token_work.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

// How fast a model would be, from the bytes that each token touches and the measured or published speed of
// the devices that hold them.
namespace snug::fit {

struct SpeedRequest {
    std::int64_t promptTokens = 512; // read at once
    std::int64_t fillTokens = 576;   // in the context, on average, while tokens are generated
    int cpuExpertLayers = 0;         // as LoadRequest
    std::int64_t knownTokens = 0;    // in the context before the prompt
};

// What the arithmetic says, before anything was learned from runs.
struct RawSpeed {
    double promptSeconds = 0;                   // for the whole prompt
    double tokenSeconds = 0;                    // for each token that is generated
    SpeedSource source = SpeedSource::Measured; // the least sure of the devices' that work
    std::int64_t measuredAt = 0;                // the newest of the devices'; 0 unless Measured

    bool operator==(const RawSpeed &) const = default;
};

// `allocation.memory` tells how many layers each device holds: the first ones the host, then each GPU in
// turn; the output goes with the last. nullopt if the speed of a device with layers is not among `speeds`
// (found by Device::id), or if the model does nothing.
[[nodiscard]] std::optional<RawSpeed> rawSpeed(const TokenWork &work, const Allocation &allocation,
                                               std::span<const DeviceSpeed> speeds,
                                               const SpeedRequest &request = {});

// For people and for the window.
struct SpeedEstimate {
    double promptTps = 0;
    double generationTps = 0;
    double uncertainty = 0;       // of generation; 0.2: two of three runs within 20 %
    double promptUncertainty = 0; // of prompts
    std::string source; // where the numbers come from, as a sentence part: "from 3 runs on this device"

    bool operator==(const SpeedEstimate &) const = default;
};

// Without learning.
[[nodiscard]] SpeedEstimate plainEstimate(const RawSpeed &raw, const SpeedRequest &request = {});
// How far off predictions of that kind usually are.
[[nodiscard]] double priorUncertainty(SpeedSource source);
[[nodiscard]] std::string sourceSentence(SpeedSource source);

// "speed" of `fit`: {"prompt_tps","generation_tps","uncertainty","prompt_uncertainty","source"}.
[[nodiscard]] nlohmann::json toJson(const SpeedEstimate &estimate);

} // namespace snug::fit
