// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/types.h"

#include <cstddef>
#include <optional>
#include <span>

namespace snug::quant::simd {

// The place of the first number that is infinite or none at all; nullopt: there is none.
[[nodiscard]] std::optional<std::size_t> firstNotFinite(std::span<const float> numbers);

// The same of stored numbers. Always nullopt for types that store them in blocks.
[[nodiscard]] std::optional<std::size_t> firstNotFinite(gguf::TensorType type,
                                                        std::span<const std::byte> stored);

} // namespace snug::quant::simd
