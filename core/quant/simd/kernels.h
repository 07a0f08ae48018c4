// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/types.h"
#include "core/quant/simd/block_job.h"

namespace snug::quant::simd {

bool encodeQ2_K(const BlockJob &job);
bool encodeQ3_K(const BlockJob &job);
bool encodeQ4_K(const BlockJob &job);
bool encodeQ5_K(const BlockJob &job);
bool encodeQ6_K(const BlockJob &job);
bool encodeQ4_0(const BlockJob &job);
bool encodeQ4_1(const BlockJob &job);
bool encodeQ5_0(const BlockJob &job);
bool encodeQ5_1(const BlockJob &job);
bool encodeQ8_0(const BlockJob &job);
bool encodeIQ2_XXS(const BlockJob &job); // with importance alone, as IQ2_XS
bool encodeIQ2_XS(const BlockJob &job);
bool encodeIQ2_S(const BlockJob &job);
bool encodeIQ3_XXS(const BlockJob &job);
bool encodeIQ3_S(const BlockJob &job);
bool encodeIQ4_NL(const BlockJob &job);
bool encodeIQ4_XS(const BlockJob &job);
bool encodeQ1_0(const BlockJob &job);
bool encodeQ2_0(const BlockJob &job);
bool encodeTQ1_0(const BlockJob &job);
bool encodeTQ2_0(const BlockJob &job);
bool encodeMXFP4(const BlockJob &job);
bool encodeNVFP4(const BlockJob &job);

// Null for types that there is no kernel of.
[[nodiscard]] BlockEncoder blockEncoder(gguf::TensorType type);

} // namespace snug::quant::simd
