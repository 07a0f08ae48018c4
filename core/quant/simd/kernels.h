// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/types.h"
#include "core/quant/simd/block_job.h"

namespace snug::quant::simd {

bool encodeQ4K(const BlockJob &job);
bool encodeQ5K(const BlockJob &job);
bool encodeQ6K(const BlockJob &job);

// Null for types that there is no kernel of.
[[nodiscard]] BlockEncoder blockEncoder(gguf::TensorType type);

} // namespace snug::quant::simd
