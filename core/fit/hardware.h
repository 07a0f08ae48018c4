// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/device.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What makers publish about their hardware (resources/hardware.json), for machines that are not there and for
// devices that nobody has measured yet.
namespace snug::fit {

enum class ProfileKind {
    Gpu,       // a card with memory of its own
    SharedGpu, // computes in main memory: Apple's chips, mini PCs
    Cpu,       // no GPU at all
};

struct HardwareProfile {
    std::string name; // unique, also among all aliases, whatever the case
    std::vector<std::string> aliases;
    std::string group; // for menus: "NVIDIA desktop", "Apple"
    ProfileKind kind = ProfileKind::Gpu;
    std::vector<std::int64_t> memoryBytes; // every size it was sold with, rising
    double bandwidth = 0;                  // bytes a second, of the whole memory
    std::optional<double> fp16Flops;       // dense, accumulated in 32 bits, as published
    std::string source;                    // where the figure is from, and the arithmetic that gives the same

    [[nodiscard]] bool unified() const { return kind == ProfileKind::SharedGpu; }
    bool operator==(const HardwareProfile &) const = default;
};

// All that Snug knows, in the order of menus. Read once, on any thread.
[[nodiscard]] std::span<const HardwareProfile> hardwareProfiles();

// Reads such a list. Strict, for it is ours: an unknown or absent field, an absurd figure, a name that occurs
// twice or an entry without a source makes the whole list Corrupt; detail "entry" names it.
[[nodiscard]] Result<std::vector<HardwareProfile>> parseHardware(std::string_view json);

// By name or alias; case, makers' names ("NVIDIA GeForce") and signs between words do not matter. nullptr: no
// such profile.
[[nodiscard]] const HardwareProfile *findProfile(std::string_view name);

// The profile of a device of this computer, by the name that its driver gives it, and by its memory, which
// tells the versions of a card apart. nullptr: none is surely this one.
[[nodiscard]] const HardwareProfile *profileOf(const Device &device);

// Up to `most` profiles whose names share words with a text that is no name, best first.
[[nodiscard]] std::vector<std::string> similarProfiles(std::string_view text, std::size_t most);

} // namespace snug::fit
