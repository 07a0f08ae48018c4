// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/device.h"
#include "core/fit/verdict.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// A guess in microseconds, for lists of models of which no more is known than their size. What is shown of
// one model comes from the engine's own allocator (`fit --exact`); this only sorts the hopeful from the
// hopeless.
namespace snug::fit {

struct RoughFit {
    Verdict verdict = Verdict::Unknown;
    std::string device;         // its name, of the verdict
    std::int64_t needBytes = 0; // weights, KV cache of kRoughContext tokens, compute
    std::int64_t freeBytes = 0; // there; 0 unknown

    bool operator==(const RoughFit &) const = default;
};

inline constexpr std::int64_t kRoughContext = 4096;

// A file of that size on these devices. Unknown for a size of 0 or less and without a device that tells its
// memory.
[[nodiscard]] RoughFit roughFit(std::int64_t weightBytes, std::span<const Device> devices);

struct RoughLevel {
    std::string_view level; // "Q4_K_M"; empty if nothing is known
    std::int64_t bytes = 0; // of the weights at that level
    RoughFit fit;
};

// The level that one would pick for a model of so many parameters here: the largest of the usual ones that a
// GPU holds whole, else Q4_K_M. Unknown for a count of 0 or less.
[[nodiscard]] RoughLevel roughLevel(std::int64_t parameters, std::span<const Device> devices);

} // namespace snug::fit
