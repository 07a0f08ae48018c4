// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

// A norm for each head.
Rules stableLm(const Config &)
{
    return joined(llamaRules(), {
                                    {"model.layers.#.self_attn.q_layernorm.norms.#", "blk.#.attn_q_norm"},
                                    {"model.layers.#.self_attn.k_layernorm.norms.#", "blk.#.attn_k_norm"},
                                });
}

void stableLmKeys(KeyList &keys, const Config &config)
{
    const auto width = config.count({"hidden_size"});
    const auto heads = config.count({"num_attention_heads"});
    keys.needCount("context_length", config.count({"max_position_embeddings"}));
    keys.needCount("embedding_length", width);
    keys.needCount("feed_forward_length", config.count({"intermediate_size"}));
    const double turned = config.ropeNumber("partial_rotary_factor").value_or(0);
    if (width && heads && *heads > 0 && turned > 0 && turned <= 1)
        keys.count("rope.dimension_count",
                   static_cast<std::int64_t>(turned * static_cast<double>(*width / *heads)));
    keys.needCount("attention.head_count", heads);
    keys.needCount("attention.head_count_kv", config.count({"num_key_value_heads"}));
    keys.flag("use_parallel_residual", config.flag({"use_parallel_residual"}));
    keys.number("attention.layer_norm_epsilon", config.number({"layer_norm_eps", "norm_eps"}));
}

// StableLmConfig.
std::vector<Default> stableLmDefaults(const Config &said)
{
    std::vector<Default> defaults = {{"use_parallel_residual", false}, {"partial_rotary_factor", 0.25}};
    if (!said.number({"norm_eps"}))
        defaults.push_back({"layer_norm_eps", 1e-5});
    if (const auto heads = said.count({"num_attention_heads"}))
        defaults.push_back({"num_key_value_heads", *heads});
    return defaults;
}

} // namespace

std::vector<Architecture> stableLmFamily()
{
    return {{"stablelm",
             {"StableLmForCausalLM", "StableLMEpochForCausalLM"},
             stableLm,
             stableLmKeys,
             stableLmDefaults}};
}

} // namespace snug::convert
