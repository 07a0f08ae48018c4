// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

// Keys and values are kept as one short vector; kv_b_proj, which widens it, is taken apart so that attention
// can work on the short one.
Rules deepSeek2(const Config &config)
{
    Rules rules = joined(
        joined(llamaRules(), separateExperts()),
        {
            {"model.layers.#.mlp.gate.e_score_correction", "blk.#.exp_probs_b"},
            {"model.layers.#.mlp.shared_experts.gate_proj", "blk.#.ffn_gate_shexp"},
            {"model.layers.#.mlp.shared_experts.up_proj", "blk.#.ffn_up_shexp"},
            {"model.layers.#.mlp.shared_experts.down_proj", "blk.#.ffn_down_shexp"},
            {"model.layers.#.self_attn.q_a_proj", "blk.#.attn_q_a"},
            {"model.layers.#.self_attn.q_a_layernorm", "blk.#.attn_q_a_norm"},
            {"model.layers.#.self_attn.q_b_proj", "blk.#.attn_q_b"},
            {"model.layers.#.self_attn.kv_a_proj_with_mqa", "blk.#.attn_kv_a_mqa"},
            {"model.layers.#.self_attn.kv_a_layernorm", "blk.#.attn_kv_a_norm"},
            {"model.layers.#.self_attn.kv_b_proj.weight", "blk.#.attn_k_b.weight", {Verb::LatentKeys}},
            {"model.layers.#.self_attn.kv_b_proj.weight", "blk.#.attn_v_b.weight", {Verb::LatentValues}},
        });
    if (config.flag({"tie_word_embeddings"}) == true)
        rules = joined(rules, {{"lm_head", ""}});
    return rules;
}

void latentAttentionKeys(KeyList &keys, const Config &config)
{
    const auto latent = config.count({"kv_lora_rank"});
    const auto turned = config.count({"qk_rope_head_dim"});
    const auto plain = config.count({"qk_nope_head_dim"});
    const auto sum = [](std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
        return a && b && *a + *b <= UINT32_MAX ? std::optional(*a + *b) : std::nullopt;
    };
    // All query heads share one head of keys and values: the short vector.
    keys.count("attention.head_count_kv", 1);
    keys.count("attention.q_lora_rank", config.count({"q_lora_rank"}));
    keys.needCount("attention.kv_lora_rank", latent);
    keys.needCount("attention.key_length", sum(latent, turned));
    keys.needCount("attention.value_length", latent);
    keys.needCount("attention.key_length_mla", sum(plain, turned));
    keys.needCount("attention.value_length_mla", config.count({"v_head_dim"}));
    keys.needCount("rope.dimension_count", turned);
    if (const auto scale = config.ropeNumber("mscale_all_dim"))
        keys.number("rope.scaling.yarn_log_multiplier", 0.1 * *scale);
}

void deepSeek2Keys(KeyList &keys, const Config &config)
{
    commonKeys(keys, config);
    latentAttentionKeys(keys, config);
    const auto experts = config.count({"n_routed_experts"});
    keys.count(
        "leading_dense_block_count",
        config.count({"first_k_dense_replace"}).value_or(experts ? 0 : layerCount(config).value_or(0)));
    keys.needCount("vocab_size", config.count({"vocab_size"}));
    keys.needCount("expert_feed_forward_length",
                   config.count({"moe_intermediate_size", "intermediate_size"}));
    keys.count("expert_shared_count", config.count({"n_shared_experts"}).value_or(0));
    keys.number("expert_weights_scale", config.number({"routed_scaling_factor"}));
    if (config.flag({"norm_topk_prob"}) == true)
        keys.flag("expert_weights_norm", true);
}

// DeepseekV2Config.
std::vector<Default> deepSeek2Defaults(const Config &)
{
    return {{"rope_theta", 10000.0}, {"rms_norm_eps", 1e-6}, {"kv_lora_rank", 512}};
}

} // namespace

std::vector<Architecture> deepSeekFamily()
{
    Architecture deepSeek2Architecture{
        "deepseek2",
        {"DeepseekV2ForCausalLM", "DeepseekV3ForCausalLM", "KimiVLForConditionalGeneration"},
        deepSeek2,
        deepSeek2Keys,
        deepSeek2Defaults};
    deepSeek2Architecture.leavesOutFurtherLayers = true;
    return {deepSeek2Architecture};
}

} // namespace snug::convert
