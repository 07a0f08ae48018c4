// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/rough_model.h"

namespace snug::fit {

// Tokens that are computed at once: n_ubatch of llama.cpp, unless the context is shorter.
inline constexpr std::int64_t kBatchTokens = 512;

// Fills in `plain` and `rotated`. Tens of microseconds.
void setComputeForms(RoughModel &model);

} // namespace snug::fit
