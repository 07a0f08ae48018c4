// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

namespace snug {

// The names that general.architecture may have for the pinned engine (llama.cpp v0.5.0), sorted.
[[nodiscard]] std::span<const std::string_view> knownArchitectures();

// Why a model's keys do not tell all of what it remembers, to follow "because"; empty if they do.
[[nodiscard]] std::string_view whyUncertain(std::string_view architecture);

} // namespace snug
