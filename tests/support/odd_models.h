// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/header.h"

// The models of knownModels() that nobody publishes so small, or so odd: each has one peculiarity that a rule
// looks at.
namespace snug::test {

// As the first Mixtral files had it: each expert in tensors of its own, so that there are more than layers.
[[nodiscard]] gguf::Header expertsApart();
// Rows that no quantized type divides, and dimensions of one, which llama.cpp does not write.
[[nodiscard]] gguf::Header oddWidths();
[[nodiscard]] gguf::Header loops();
// Projections that are stacked like experts, which they are not.
[[nodiscard]] gguf::Header bailingMoe3();
// Has one layer more in the engine than in the file, and with it one more in the first eighth.
[[nodiscard]] gguf::Header graniteSwitch();
// The quantizer takes the key over but not what it means.
[[nodiscard]] gguf::Header otherAlignment();
// Layers that differ in their heads.
[[nodiscard]] gguf::Header headsByLayer();

} // namespace snug::test
