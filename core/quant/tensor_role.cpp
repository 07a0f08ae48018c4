// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/tensor_role.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace snug::quant {
namespace {

struct NamePart {
    std::string_view text;
    TensorRole role;
};

// tensor_get_category in src/llama-quant.cpp: the first that occurs in the name counts.
constexpr std::array<NamePart, 9> kRoleParts = {{
    {"attn_qkv.weight", TensorRole::Value},
    {"attn_kv_b.weight", TensorRole::Value},
    {"attn_v.weight", TensorRole::Value},
    {"attn_k.weight", TensorRole::Key},
    {"attn_q.weight", TensorRole::Query},
    {"attn_output.weight", TensorRole::AttentionOutput},
    {"ffn_up", TensorRole::FfnUp},
    {"ffn_gate", TensorRole::FfnGate},
    {"ffn_down", TensorRole::FfnDown},
}};

// tensor_allows_quantization in src/llama-quant.cpp.
constexpr std::array<std::string_view, 37> kKeptParts = {
    "_norm.weight",
    // routers
    "ffn_gate_inp.weight",
    "ffn_gate_tid2eid.weight",
    // Gemma 3n's small matrices
    "altup",
    "laurel",
    "per_layer_model_proj",
    // short convolutions
    "ssm_conv1d",
    "shortconv.conv.weight",
    // MiniMax's indexer
    "indexer.k_proj.weight",
    "indexer.q_proj.weight",
    // RWKV's small matrices
    "time_mix_first.weight",
    "time_mix_w0.weight",
    "time_mix_w1.weight",
    "time_mix_w2.weight",
    "time_mix_v0.weight",
    "time_mix_v1.weight",
    "time_mix_v2.weight",
    "time_mix_a0.weight",
    "time_mix_a1.weight",
    "time_mix_a2.weight",
    "time_mix_g1.weight",
    "time_mix_g2.weight",
    "time_mix_decay_w1.weight",
    "time_mix_decay_w2.weight",
    "time_mix_lerp_fused.weight",
    // T5's relative positions
    "attn_rel_b.weight",
    // images and sound
    ".position_embd",
    "sam.pos_embd",
    "sam.neck.",
    "sam.net_",
    ".rel_pos",
    ".patch_embd",
    ".patch_merger",
    "a.rvq.codebook",
    "mm.a.code_embd",
    // BERT
    "position_embd.weight",
    "token_types.weight",
};
constexpr std::size_t kWholeNames = 2; // the last of them stand for themselves, not for parts of names

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

} // namespace

TensorRole roleOf(std::string_view tensorName)
{
    if (tensorName == "output.weight")
        return TensorRole::Output;
    if (tensorName == "token_embd.weight" || tensorName == "per_layer_token_embd.weight")
        return TensorRole::TokenEmbedding;
    const auto *part =
        std::find_if(kRoleParts.begin(), kRoleParts.end(),
                     [tensorName](const NamePart &entry) { return contains(tensorName, entry.text); });
    return part == kRoleParts.end() ? TensorRole::Other : part->role;
}

std::int64_t layerOf(std::string_view tensorName)
{
    constexpr std::string_view kPrefix = "blk.";
    if (!tensorName.starts_with(kPrefix))
        return -1;
    std::int32_t layer = -1;
    const char *begin = tensorName.data() + kPrefix.size();
    const auto [stop, problem] = std::from_chars(begin, tensorName.data() + tensorName.size(), layer);
    return problem == std::errc() && layer >= 0 ? layer : -1;
}

std::int64_t dimensionCount(std::span<const std::int64_t> dims)
{
    std::size_t count = dims.size();
    while (count > 1 && dims[count - 1] == 1)
        --count;
    return static_cast<std::int64_t>(std::max<std::size_t>(count, 1));
}

bool isConverted(std::string_view tensorName, std::span<const std::int64_t> dims)
{
    // By an accident of llama.cpp's comparison, names of five letters pass as if they ended in "weight".
    constexpr std::size_t kLuckyLength = 5;
    if (dimensionCount(dims) < 2 || (!tensorName.ends_with("weight") && tensorName.size() != kLuckyLength))
        return false;
    const auto *const names = kKeptParts.end() - kWholeNames;
    return std::find(names, kKeptParts.end(), tensorName) == kKeptParts.end() &&
           std::none_of(kKeptParts.begin(), names,
                        [tensorName](std::string_view part) { return contains(tensorName, part); });
}

} // namespace snug::quant
