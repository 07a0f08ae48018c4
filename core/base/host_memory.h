// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace snug {

// Main memory as the operating system tells it. On Linux a control group's limit counts when it is lower.
struct HostMemory {
    std::int64_t totalBytes = 0;
    std::int64_t freeBytes = 0; // what a new program can have without swapping
    std::string source;         // "Linux MemAvailable", "cgroup limit", "Windows", "macOS"

    bool operator==(const HostMemory &) const = default;
};

// Zero bytes if the system does not tell.
[[nodiscard]] HostMemory hostMemory();

// The processor's name as its maker writes it; empty if the system does not tell.
[[nodiscard]] std::string processorName();

// The texts behind the two above, readable on every system: /proc/meminfo and /proc/cpuinfo.
[[nodiscard]] std::optional<HostMemory> parseMemInfo(std::string_view text);
[[nodiscard]] std::string parseProcessorName(std::string_view text);

// A control group's memory.max, memory.current and memory.stat applied to `memory`: pages of files that the
// group holds but does not use count as free. A limit that is no number ("max") changes nothing.
[[nodiscard]] HostMemory limitedBy(HostMemory memory, std::string_view max, std::string_view current,
                                   std::string_view stat);

} // namespace snug
