// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace snug::quant {

// What a tensor is for, as far as the type rules care; told by its name alone.
enum class TensorRole {
    Output,         // output.weight
    TokenEmbedding, // token_embd.weight, per_layer_token_embd.weight
    Query,
    Key,
    Value, // also where value is fused with others: attn_qkv, attn_kv_b
    AttentionOutput,
    FfnUp,
    FfnGate,
    FfnDown,
    Other,
};

[[nodiscard]] TensorRole roleOf(std::string_view tensorName);

// The N of "blk.N."; -1 if the name does not begin like that.
[[nodiscard]] std::int64_t layerOf(std::string_view tensorName);

// Dimensions without the ones at the end, as llama.cpp counts and writes them; at least 1.
[[nodiscard]] std::int64_t dimensionCount(std::span<const std::int64_t> dims);

// Whether the quantizer touches the tensor at all: matrices of weights, but no norms, routers and other small
// ones.
[[nodiscard]] bool isConverted(std::string_view tensorName, std::span<const std::int64_t> dims);

} // namespace snug::quant
