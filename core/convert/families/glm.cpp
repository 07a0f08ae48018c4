// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

// Gate and up are one tensor and stay so; norms precede and follow attention and feed-forward.
Rules glm4(const Config &)
{
    return joined(llamaRules(), {
                                    {"model.layers.#.mlp.gate_up_proj", "blk.#.ffn_up"},
                                    {"model.layers.#.post_self_attn_layernorm", "blk.#.post_attention_norm"},
                                    {"model.layers.#.post_mlp_layernorm", "blk.#.post_ffw_norm"},
                                });
}

// The last layers predict further tokens.
Rules glm4Moe(const Config &)
{
    return joined(joined(joined(commonRules(), headNorms()), separateExperts()),
                  {
                      {"model.layers.#.post_attention_layernorm", "blk.#.post_attention_norm"},
                      {"model.layers.#.mlp.gate.e_score_correction", "blk.#.exp_probs_b"},
                      {"model.layers.#.mlp.shared_experts.gate_proj", "blk.#.ffn_gate_shexp"},
                      {"model.layers.#.mlp.shared_experts.up_proj", "blk.#.ffn_up_shexp"},
                      {"model.layers.#.mlp.shared_experts.down_proj", "blk.#.ffn_down_shexp"},
                      {"model.layers.#.embed_tokens", "blk.#.nextn.embed_tokens"},
                      {"model.layers.#.eh_proj", "blk.#.nextn.eh_proj"},
                      {"model.layers.#.enorm", "blk.#.nextn.enorm"},
                      {"model.layers.#.hnorm", "blk.#.nextn.hnorm"},
                      {"model.layers.#.shared_head.head", "blk.#.nextn.shared_head_head"},
                      {"model.layers.#.shared_head.norm", "blk.#.nextn.shared_head_norm"},
                  });
}

void turnedWidth(KeyList &keys, const Config &config)
{
    const double turned = config.ropeNumber("partial_rotary_factor").value_or(0.5);
    if (turned > 0 && turned <= 1 && config.headWidth() > 0)
        keys.count("rope.dimension_count",
                   static_cast<std::int64_t>(turned * static_cast<double>(config.headWidth())));
}

void glm4Keys(KeyList &keys, const Config &config)
{
    commonKeys(keys, config);
    turnedWidth(keys, config);
}

void glm4MoeKeys(KeyList &keys, const Config &config)
{
    commonKeys(keys, config);
    turnedWidth(keys, config);
    keys.count("expert_count", config.count({"n_routed_experts"}));
    keys.count("expert_feed_forward_length", config.count({"moe_intermediate_size"}));
    keys.count("expert_shared_count", config.count({"n_shared_experts"}));
    keys.count("leading_dense_block_count", config.count({"first_k_dense_replace"}));
    keys.count("expert_gating_func", 2); // sigmoid
    keys.number("expert_weights_scale", config.number({"routed_scaling_factor"}));
    keys.flag("expert_weights_norm", config.flag({"norm_topk_prob"}));
    keys.count("nextn_predict_layers", config.count({"num_nextn_predict_layers"}));
}

std::int64_t glm4MoeLayers(const Config &config)
{
    return layerCount(config).value_or(0) + config.count({"num_nextn_predict_layers"}).value_or(0);
}

// Glm4Config and Glm4MoeConfig.
std::vector<Default> glm4Defaults(const Config &)
{
    return {
        {"rope_theta", 10000.0}, {"rms_norm_eps", 1.5625e-7}, {"num_key_value_heads", 2}, {"head_dim", 128}};
}

std::vector<Default> glm4MoeDefaults(const Config &)
{
    return {{"rope_theta", 10000.0}, {"rms_norm_eps", 1e-5}};
}

} // namespace

std::vector<Architecture> glmFamily()
{
    return {
        {"glm4", {"Glm4ForCausalLM"}, glm4, glm4Keys, glm4Defaults},
        {"glm4moe", {"Glm4MoeForCausalLM"}, glm4Moe, glm4MoeKeys, glm4MoeDefaults, nullptr, glm4MoeLayers},
    };
}

} // namespace snug::convert
