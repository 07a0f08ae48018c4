// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace snug {

// Main memory as the operating system tells it. On Linux a cgroup's limit counts when it is lower.
struct HostMemory {
    std::int64_t totalBytes = 0;
    std::int64_t freeBytes = 0; // what a new program can have without swapping
    std::string source;         // "Linux MemAvailable", "cgroup limit", "Windows", "macOS"
};

[[nodiscard]] HostMemory hostMemory();

// The processor's name as its maker writes it; empty if the system does not tell.
[[nodiscard]] std::string processorName();

} // namespace snug
