// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/plan.h"

namespace snug::convert {

// Fills in the tensors of `conversion` and what follows from them, by the rules of its architecture.
// REQUIRES: its architecture and sources are there; `type` is not Auto. Errors: those of planConversion about
// tensors.
[[nodiscard]] Result<void> planTensors(Conversion &conversion, const Checkpoint &checkpoint,
                                       const Config &config, OutputType type);

} // namespace snug::convert
