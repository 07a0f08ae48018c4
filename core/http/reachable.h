// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <string>

namespace snug::http {

// Whether something takes connections at "host:port"; what it speaks does not matter. Blocks for `patience`
// at most. Fails with Network, or InvalidArgument.
[[nodiscard]] Result<void> checkReachable(const std::string &address, std::chrono::milliseconds patience);

} // namespace snug::http
