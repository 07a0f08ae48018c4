// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/model/architecture_keys.h"
#include "core/model/shape.h"

namespace snug {

// Which layers look back only so far, as load_arch_hparams of each architecture has it.
// REQUIRES: shape.layers and shape.trunk are set.
void setWindows(const ArchitectureKeys &keys, ModelShape &shape);

// Which layers keep a state instead of keys, how large it is, and which keep nothing.
// REQUIRES: as setWindows, and heads and widths of the layers.
void setMemories(const ArchitectureKeys &keys, ModelShape &shape);

} // namespace snug
