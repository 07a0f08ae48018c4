// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/device.h"
#include "core/fit/device_speed.h"

#include <cstddef>
#include <span>
#include <vector>

namespace snug::fit {

// For each device the index of the one that stands for its card: itself, or the same card seen by a better
// backend. Two devices are one card if they have one PCI address; where one has none, if they are of
// different backends, and name and memory are alike. Better is what was measured to be faster; without
// measurements a maker's own backend (CUDA, ROCm, Metal) before Vulkan. Processors, accelerators and engines
// on other machines (RPC) stand for themselves.
[[nodiscard]] std::vector<std::size_t> cardOwners(std::span<const Device> devices,
                                                  std::span<const DeviceSpeed> measured = {});

// Each card once, in the order of `devices`.
[[nodiscard]] std::vector<Device> distinctCards(std::span<const Device> devices,
                                                std::span<const DeviceSpeed> measured = {});

} // namespace snug::fit
