// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace snug::fit {

// A processor that the engine can compute on, as its driver describes it.
struct Device {
    std::string id;      // the engine's name, unique: "CPU", "Vulkan0", "CUDA1"
    std::string backend; // "CPU", "Vulkan", "CUDA", "Metal", "RPC"
    std::string kind;    // "gpu", "igpu", "cpu", "accel"
    std::string name;    // for people: "NVIDIA GeForce RTX 4060"
    std::int64_t totalBytes = 0;
    std::int64_t freeBytes = 0;
    std::string memorySource; // who says so
    std::string driver;       // empty if unknown
    std::string busId;        // PCI address, empty if unknown: the same card under two backends has one
    bool software = false;    // a graphics driver that computes on the processor
    std::vector<std::string> features;

    bool operator==(const Device &) const = default;
};

[[nodiscard]] nlohmann::json toJson(const Device &device);
// Missing or mistyped fields stay empty.
[[nodiscard]] Device deviceFromJson(const nlohmann::json &json);

// What one device holds of a loaded model, in bytes.
struct DeviceMemory {
    std::string device;  // Device::id; host memory is the CPU's
    std::string backend; // Device::backend
    std::string name;    // Device::name
    std::int64_t weights = 0;
    std::int64_t kvCache = 0;
    std::int64_t compute = 0;
    std::int64_t overhead = 0;   // of the engine and its driver, beyond its buffers
    std::int64_t projector = 0;  // what turns images or sound into tokens
    std::int64_t draft = 0;      // a second, small model that guesses ahead
    std::int64_t lora = 0;       // adapters
    std::int64_t reserve = 0;    // is to stay free beside used(): for the display, for others
    std::int64_t totalBytes = 0; // of the device
    std::int64_t freeBytes = 0;  // before the model was loaded
    int layers = 0;              // of the model, without the output layer
    bool sharesHost = false;     // its memory is main memory: an integrated or a software GPU
    std::string overheadSource;  // where `overhead` comes from: "measured on this computer, 3 loads"

    [[nodiscard]] std::int64_t used() const
    {
        return weights + kvCache + compute + overhead + projector + draft + lora;
    }
    bool operator==(const DeviceMemory &) const = default;
};

// The entry of "memory" in `fit`, `serve` and `bench`: there, "total" is what the parts add up to, and
// "overhead_source" is absent where nothing is known of it.
[[nodiscard]] nlohmann::json toJson(const DeviceMemory &memory);

} // namespace snug::fit
