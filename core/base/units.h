// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace snug {

// "4.68 GiB", "312 MiB", "17 B": binary units, at most three significant digits below 1024.
[[nodiscard]] std::string formatBytes(std::int64_t bytes);

// "16 384": groups of three joined by U+202F (narrow no-break space).
[[nodiscard]] std::string formatCount(std::int64_t count);

// "4.33 M", "8.03 B": how a model's parameters are usually written.
[[nodiscard]] std::string formatParameters(std::int64_t parameters);

// "1 min 40 s", "0.4 s", "12 ms".
[[nodiscard]] std::string formatDuration(double seconds);

} // namespace snug
