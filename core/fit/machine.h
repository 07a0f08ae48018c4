// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/device.h"
#include "core/fit/device_speed.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Computers that are not there: "would it run on that card?"
namespace snug::fit {

struct Machine {
    std::string name;                // for people: "2 x RTX 3090"
    std::vector<Device> devices;     // the host first
    std::vector<DeviceSpeed> speeds; // of each whose bandwidth is known, by Device::id
    std::vector<std::string> notes;  // what was assumed, as sentences
};

// This computer: what a card would be put into.
struct Host {
    Device device;
    std::optional<DeviceSpeed> speed;
};

// Reads "RTX 4090", "RTX 5060 Ti 16GB", "2x RTX 3090", "RTX 3090 + RTX 3060", "Apple M4 Max=64GiB", or
// hardware that nobody has described: "NAME=24GiB,1008GB/s", with any of "unified" (it computes in main
// memory), "tflops=82", "ram=64GiB" and "cpu=80GB/s". Sizes are binary whatever they are called, as makers
// mean them; what a size or a bandwidth after a known name says replaces the profile's.
//
// A card says nothing about the computer that it is in, so the rest is this computer, for the question is
// mostly asked before buying; "ram" and "cpu" change that. A chip with shared memory, and a profile of a
// processor, bring their own main memory. Fails with InvalidArgument, or NotFound for an unknown name without
// figures.
[[nodiscard]] Result<Machine> parseMachine(std::string_view text, const Host &here);

// One line of a menu; parseMachine understands its name.
struct MachineChoice {
    std::string name;  // with its size where it was sold with several: "Apple M4 Max 64GB"
    std::string group; // HardwareProfile::group
    std::int64_t memoryBytes = 0;
    double bandwidth = 0; // bytes a second

    bool operator==(const MachineChoice &) const = default;
};
[[nodiscard]] std::vector<MachineChoice> machineChoices();

} // namespace snug::fit
