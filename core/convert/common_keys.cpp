// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/architecture.h"

#include <algorithm>

namespace snug::convert {
namespace {

// llama3 scaling becomes a tensor, and longrope's factors become two.
void ropeScalingKeys(KeyList &keys, const Config &config)
{
    const std::string type = config.ropeType();
    const auto factor = config.ropeNumber("factor");
    if (type == "longrope" || type == "su")
        keys.text("rope.scaling.type", "longrope");
    if (!factor || (type != "linear" && type != "yarn"))
        return;
    keys.text("rope.scaling.type", type);
    keys.number("rope.scaling.factor", factor);
    if (type != "yarn")
        return;
    // transformers takes the context as it is for what it was.
    const auto said = config.ropeNumber("original_max_position_embeddings");
    const auto original = said ? said : config.number({"max_position_embeddings"});
    keys.needCount("rope.scaling.original_context_length",
                   original && *original >= 0 && *original <= UINT32_MAX
                       ? std::optional(static_cast<std::int64_t>(*original))
                       : std::nullopt);
    keys.number("rope.scaling.yarn_ext_factor", config.ropeNumber("extrapolation_factor"));
    const auto attention = config.ropeNumber("attention_factor");
    keys.number("rope.scaling.yarn_attn_factor", attention ? attention : config.ropeNumber("attn_factor"));
    keys.number("rope.scaling.yarn_beta_fast", config.ropeNumber("beta_fast"));
    keys.number("rope.scaling.yarn_beta_slow", config.ropeNumber("beta_slow"));
}

void expertKeys(KeyList &keys, const Config &config)
{
    keys.count("expert_count", config.count({"num_local_experts", "num_experts", "n_routed_experts"}));
    keys.count("expert_used_count",
               config.count({"num_experts_per_tok", "num_experts_per_token", "top_k_experts"}));
    keys.count("expert_group_count", config.count({"n_group"}));
    keys.count("expert_group_used_count", config.count({"topk_group"}));
    // enum llama_expert_gating_func_type
    const auto scoring = config.text({"score_function", "scoring_func", "score_func", "moe_router_activation",
                                      "moe_router_activation_func", "expert_selection_fn"});
    if (scoring == "softmax")
        keys.count("expert_gating_func", 1);
    else if (scoring == "sigmoid")
        keys.count("expert_gating_func", 2);
}

} // namespace

std::optional<std::int64_t> layerCount(const Config &config)
{
    return config.count({"n_layers", "num_hidden_layers", "n_layer", "num_layers"});
}

void headWidthKeys(KeyList &keys, const Config &config)
{
    keys.count("attention.key_length", config.count({"head_dim"}));
    keys.count("attention.value_length", config.count({"head_dim"}));
}

void partialRotation(KeyList &keys, const Config &config, double turned)
{
    const auto width = config.count({"hidden_size", "n_embd"});
    const auto heads = config.count({"num_attention_heads", "n_head"});
    if (width && heads && *heads > 0 && turned > 0 && turned <= 1)
        keys.count("rope.dimension_count",
                   static_cast<std::int64_t>(turned * static_cast<double>(*width)) / *heads);
}

std::vector<bool> slidingLayers(const Config &config, std::int64_t period)
{
    std::vector<bool> sliding;
    for (const std::string &type : config.texts({"layer_types"}))
        sliding.push_back(type == "sliding_attention");
    if (!sliding.empty())
        return sliding;
    for (std::int64_t layer = 1; layer <= std::min(layerCount(config).value_or(0), kMostLayers); ++layer)
        sliding.push_back(layer % period != 0);
    return sliding;
}

void commonKeys(KeyList &keys, const Config &config)
{
    keys.count("context_length", config.count({"max_position_embeddings", "n_ctx", "n_positions",
                                               "max_length", "max_sequence_length", "model_max_length"}));
    keys.needCount("embedding_length", config.count({"hidden_size", "n_embd", "dim"}));
    keys.count("feed_forward_length",
               config.count({"prefix_dense_intermediate_size", "dense_intermediate_size", "intermediate_size",
                             "n_inner", "hidden_dim"}));
    keys.needCount("attention.head_count", config.count({"num_attention_heads", "n_head", "n_heads"}));
    keys.count("attention.head_count_kv", config.count({"num_key_value_heads", "n_kv_heads"}));
    if (config.flag({"is_causal"}) == false)
        keys.flag("attention.causal", false);
    ropeScalingKeys(keys, config);
    keys.number("rope.freq_base", config.ropeNumber("rope_theta"));
    keys.number("rope.freq_base_swa", config.slidingRopeTheta());
    keys.number("attention.layer_norm_rms_epsilon", config.number({"rms_norm_eps", "norm_eps"}));
    keys.number("attention.layer_norm_epsilon",
                config.number({"layer_norm_eps", "layer_norm_epsilon", "norm_epsilon"}));
    expertKeys(keys, config);
    headWidthKeys(keys, config);
}

} // namespace snug::convert
