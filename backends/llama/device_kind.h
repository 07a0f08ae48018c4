// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace snug::llama {

// Vulkan drivers that compute on the processor; the engine takes them for graphics cards.
[[nodiscard]] inline bool isSoftwareRenderer(std::string_view deviceName)
{
    constexpr std::array<std::string_view, 3> kNames = {"llvmpipe", "SwiftShader", "Microsoft Basic Render"};
    return std::any_of(kNames.begin(), kNames.end(),
                       [&](std::string_view name) { return deviceName.find(name) != deviceName.npos; });
}

} // namespace snug::llama
