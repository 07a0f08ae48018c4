// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace snug {

enum class Unit { Bytes, Items, Tokens, Percent };

// The word used in JSON: "bytes", "items", "tokens", "percent".
[[nodiscard]] std::string_view unitName(Unit unit);

struct Progress {
    std::string_view stage; // a string literal
    std::int64_t done = 0;
    std::int64_t total = -1; // -1: unknown
    Unit unit = Unit::Bytes;
};

// Called on the thread that works; the receiver throttles.
using ProgressFn = std::function<void(const Progress &)>;

} // namespace snug
