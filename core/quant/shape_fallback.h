// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/types.h"

#include <cstdint>
#include <optional>

namespace snug::quant {

// What stands in for a type whose blocks do not divide a row of `rowElements` (at least 1): a type with
// shorter blocks, else F16. `type` itself if it fits; nullopt where llama.cpp knows none and gives up.
[[nodiscard]] std::optional<gguf::TensorType> typeForRow(gguf::TensorType type, std::int64_t rowElements);

} // namespace snug::quant
