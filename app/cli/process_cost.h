// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace snug::cli {

// Of all threads of this program since it began.
[[nodiscard]] double processorSeconds();

// The most that was resident, mapped files included; 0 where the system does not tell.
[[nodiscard]] std::int64_t peakBytes();

// The most that it needed beside mapped files, programs among them, as far as the system tells them apart;
// otherwise peakBytes().
[[nodiscard]] std::int64_t peakOwnBytes();

} // namespace snug::cli
