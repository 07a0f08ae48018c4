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

UsualNumbers usualNumbers(const ModelShape &model, const LayerShape &layer)
{
    const auto matrix = [&model](std::int64_t width) {
        return static_cast<double>(model.width) * static_cast<double>(width);
    };
    UsualNumbers numbers;
    numbers.query = matrix(layer.recurrent ? model.innerWidth : layer.heads * layer.keyLength);
    numbers.key = matrix(layer.keyHeads * layer.keyLength);
    numbers.value = matrix(layer.keyHeads * layer.valueLength);
    const bool routed = layer.expertsUsed > 0;
    numbers.net = matrix(routed ? model.sharedWidth : layer.feedForward);
    numbers.expert = routed ? matrix(model.expertWidth) * static_cast<double>(model.experts) : 0;
    numbers.all = 2 * numbers.query + numbers.key + numbers.value + 3 * numbers.net + 3 * numbers.expert;
    return numbers;
}

} // namespace snug::fit
