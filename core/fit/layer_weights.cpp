// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/layer_weights.h"

#include <array>

namespace snug::fit {
namespace {

struct NamedPart {
    std::string_view name;
    std::int64_t LayerWeights::*bytes;
};

// Names of src/llama-arch.cpp.
constexpr std::array<NamedPart, 12> kParts = {{
    {"attn_q.weight", &LayerWeights::query},
    {"attn_qkv.weight", &LayerWeights::query},
    {"attn_k.weight", &LayerWeights::key},
    {"attn_v.weight", &LayerWeights::value},
    {"attn_output.weight", &LayerWeights::output},
    {"ffn_gate.weight", &LayerWeights::gate},
    {"ffn_up.weight", &LayerWeights::up},
    {"ffn_down.weight", &LayerWeights::down},
    {"ffn_gate_exps.weight", &LayerWeights::expertGate},
    {"ffn_up_exps.weight", &LayerWeights::expertUp},
    {"ffn_gate_up_exps.weight", &LayerWeights::expertUp},
    {"ffn_down_exps.weight", &LayerWeights::expertDown},
}};

} // namespace

void addTensor(LayerWeights &layer, std::string_view part, std::span<const std::int64_t> dims,
               std::int64_t bytes)
{
    layer.all += bytes;
    // LLM_FFN_EXPS_REGEX in common/common.h
    if (part.starts_with("ffn_") && (part.find("_exps") != part.npos || part.find("_chexps") != part.npos))
        layer.experts += bytes;
    layer.fusedQuery = layer.fusedQuery || part == "attn_qkv.weight";
    layer.fusedExperts = layer.fusedExperts || part == "ffn_gate_up_exps.weight";
    if (part == "ffn_up.weight" && dims.size() > 1)
        layer.upRows = dims[1];
    if (part == "attn_kv_a_mqa.weight" && dims.size() > 1)
        layer.keyDown = dims[1];
    for (const NamedPart &named : kParts) {
        if (part == named.name)
            layer.*named.bytes += bytes;
    }
}

} // namespace snug::fit
