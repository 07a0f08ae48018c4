// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/device.h"
#include "core/fit/hardware.h"
#include "core/gguf/types.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace snug::fit {

// Whose figures these are, the surest first.
enum class SpeedSource {
    Measured,  // on this device, by the engine's own operations
    Published, // the maker's memory bandwidth, and what engines usually reach of it
    Stated,    // the same from figures that a person gave
};

// How fast one device works with weights of one type.
struct TypeRate {
    gguf::TensorType type = gguf::TensorType::F16;
    double vectorBytes = 0;       // bytes of weights a second, one token at a time, read from memory
    double vectorBytesCached = 0; // the same while they stay in the processor's cache; else as before
    double flops = 0;             // operations a second (two for each weight and token), 512 tokens at a time
    double flopsNarrow = 0;       // the same for matrices of a few hundred columns

    bool operator==(const TypeRate &) const = default;
};

// Time for one query head to look at one earlier token: a fixed part, and one for the width of keys and
// values.
struct AttentionRate {
    double tokenSeconds = 0;
    double elementSeconds = 0;

    bool operator==(const AttentionRate &) const = default;
};

// What `snug-cli bench --device` finds out about a device. Times in seconds, all figures positive.
struct DeviceSpeed {
    std::string device; // Device::id
    std::string name;   // Device::name
    std::string driver; // Device::driver
    std::string engine; // version of the engine that measured; empty unless Measured
    SpeedSource source = SpeedSource::Measured;
    std::int64_t measuredAt = 0; // seconds since 1970; 0 unless Measured
    int threads = 0;             // that worked; 0 for a GPU

    std::vector<TypeRate> rates;  // by rising number of the type; never empty
    double cacheBytes = 0;        // weights up to there stay in the cache from token to token; 0: none
    double nodeSeconds = 0;       // of an operation that has next to nothing to do
    double matrixSeconds = 0;     // more for a product of a small matrix, beside reading its weights
    double graphSeconds = 0;      // to start and to end the work for one token or batch
    AttentionRate attention;      // one token at a time
    AttentionRate attentionBatch; // 512 at a time, each seeing those before it
    double coldKeySeconds = 0;    // more for each element of keys and values that is no longer in the cache
    double activationBytes = 0;   // bytes a second of what is neither weights nor attention
    double linkBytes = 0;         // bytes a second from main memory to the device; 0: it is main memory

    bool operator==(const DeviceSpeed &) const = default;
};

// The rate for weights of `type`: its own, or that of the nearest type that was measured (see
// nearestRateType). REQUIRES: speed.rates is not empty.
[[nodiscard]] const TypeRate &rateOf(const DeviceSpeed &speed, gguf::TensorType type);

// The types that are measured: those of the usual levels.
[[nodiscard]] const std::vector<gguf::TensorType> &measuredTypes();
// The measured type whose unpacking costs about as much: itself if it is measured.
[[nodiscard]] gguf::TensorType nearestMeasuredType(gguf::TensorType type);

// From a memory bandwidth in bytes a second alone, with what the engine usually reaches of it; `fp16Flops` if
// known. `device` gives id, name and kind.
[[nodiscard]] DeviceSpeed speedFromBandwidth(const Device &device, double bandwidth,
                                             std::optional<double> fp16Flops, SpeedSource source);

[[nodiscard]] nlohmann::json toJson(const DeviceSpeed &speed);
// nullopt for anything that is absent, mistyped, not positive or absurd.
[[nodiscard]] std::optional<DeviceSpeed> deviceSpeedFromJson(const nlohmann::json &json);

} // namespace snug::fit
