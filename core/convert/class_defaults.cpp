// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/class_defaults.h"

#include <array>
#include <string_view>

namespace snug::convert {
namespace {

struct ClassDefault {
    std::string_view modelType;
    Default entry;
};

constexpr const char *kContext = "max_position_embeddings";
constexpr const char *kKeyHeads = "num_key_value_heads";
constexpr const char *kUsed = "num_experts_per_tok";

// Numbers of experts are not among them: they go by several names, of which one is said.
constexpr std::array kDefaults = {
    ClassDefault{"llama", {kContext, 2048}},
    ClassDefault{"mistral", {kContext, 131072}},
    ClassDefault{"mistral", {kKeyHeads, 8}},
    ClassDefault{"mixtral", {kContext, 131072}},
    ClassDefault{"mixtral", {kKeyHeads, 8}},
    ClassDefault{"mixtral", {kUsed, 2}},
    ClassDefault{"mixtral", {"rope_theta", 1e6}},
    ClassDefault{"mixtral", {"rms_norm_eps", 1e-5}},
    ClassDefault{"arcee", {kContext, 4096}},
    ClassDefault{"arcee", {"rms_norm_eps", 1e-5}},
    ClassDefault{"smollm3", {kContext, 32768}},
    ClassDefault{"granite", {kContext, 2048}},
    ClassDefault{"granitemoe", {kContext, 2048}},
    ClassDefault{"granitemoe", {kUsed, 2}},
    ClassDefault{"granitemoeshared", {kContext, 2048}},
    ClassDefault{"granitemoeshared", {kUsed, 2}},
    ClassDefault{"qwen2", {kContext, 32768}},
    ClassDefault{"qwen2", {kKeyHeads, 32}},
    ClassDefault{"qwen2_moe", {kContext, 32768}},
    ClassDefault{"qwen2_moe", {kKeyHeads, 16}},
    ClassDefault{"qwen2_moe", {kUsed, 4}},
    ClassDefault{"qwen2_moe", {"moe_intermediate_size", 1408}},
    ClassDefault{"qwen2_moe", {"shared_expert_intermediate_size", 5632}},
    ClassDefault{"qwen3", {kContext, 32768}},
    ClassDefault{"qwen3", {kKeyHeads, 32}},
    ClassDefault{"qwen3_moe", {kContext, 32768}},
    ClassDefault{"qwen3_moe", {kKeyHeads, 4}},
    ClassDefault{"qwen3_moe", {kUsed, 8}},
    ClassDefault{"qwen3_moe", {"moe_intermediate_size", 768}},
    ClassDefault{"gemma", {kKeyHeads, 16}},
    ClassDefault{"phi3", {kContext, 4096}},
    ClassDefault{"nemotron", {kContext, 4096}},
    ClassDefault{"cohere", {kContext, 8192}},
    ClassDefault{"cohere", {"rope_theta", 500000.0}},
    ClassDefault{"cohere2", {kContext, 8192}},
    ClassDefault{"glm4", {kContext, 131072}},
    ClassDefault{"glm4_moe", {kContext, 131072}},
    ClassDefault{"glm4_moe", {kUsed, 8}},
    ClassDefault{"olmo", {kContext, 2048}},
    ClassDefault{"olmo2", {kContext, 2048}},
    ClassDefault{"olmo3", {kContext, 2048}},
    ClassDefault{"olmoe", {kContext, 4096}},
    ClassDefault{"olmoe", {kUsed, 8}},
    ClassDefault{"stablelm", {kContext, 4096}},
    // Older than the class: what llama.cpp's converter takes it for.
    ClassDefault{"stablelm_epoch", {"use_parallel_residual", true}},
    ClassDefault{"starcoder2", {kContext, 4096}},
    ClassDefault{"gpt_oss", {kKeyHeads, 8}},
    ClassDefault{"gpt_oss", {kUsed, 4}},
    ClassDefault{"exaone4", {kContext, 2048}},
    ClassDefault{"seed_oss", {kContext, 524288}},
    ClassDefault{"seed_oss", {kKeyHeads, 8}},
    ClassDefault{"deepseek_v2", {kContext, 2048}},
    ClassDefault{"deepseek_v2", {"n_shared_experts", 2}},
    ClassDefault{"deepseek_v2", {"moe_intermediate_size", 1407}},
    ClassDefault{"deepseek_v2", {"routed_scaling_factor", 1.0}},
    ClassDefault{"deepseek_v3", {kContext, 4096}},
    ClassDefault{"deepseek_v3", {kUsed, 8}},
    ClassDefault{"deepseek_v3", {"n_group", 8}},
    ClassDefault{"deepseek_v3", {"topk_group", 4}},
    ClassDefault{"deepseek_v3", {"n_shared_experts", 1}},
    ClassDefault{"deepseek_v3", {"first_k_dense_replace", 3}},
    ClassDefault{"deepseek_v3", {"moe_intermediate_size", 2048}},
    ClassDefault{"deepseek_v3", {"norm_topk_prob", true}},
    ClassDefault{"deepseek_v3", {"routed_scaling_factor", 2.5}},
};

} // namespace

std::vector<Default> classDefaults(const Config &said)
{
    std::vector<Default> found;
    const std::string type = said.text({"model_type"}).value_or(std::string());
    for (const ClassDefault &one : kDefaults) {
        if (one.modelType == type)
            found.push_back(one.entry);
    }
    const auto heads = said.count({"num_attention_heads"});
    if (heads && type.starts_with("deepseek_v"))
        found.push_back({kKeyHeads, *heads});
    return found;
}

} // namespace snug::convert
