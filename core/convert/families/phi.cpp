// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace snug::convert {
namespace {

// q, k and v are one tensor, gate and up another, and both stay so.
Rules phi3(const Config &)
{
    return joined(llamaRules(), {
                                    {"model.layers.#.self_attn.qkv_proj", "blk.#.attn_qkv"},
                                    {"model.layers.#.mlp.gate_up_proj", "blk.#.ffn_up"},
                                });
}

// One norm for attention and feed-forward.
Rules phi2(const Config &)
{
    return joined(commonRules(), {
                                     {"model.final_layernorm", "output_norm"},
                                     {"model.layers.#.self_attn.dense", "blk.#.attn_output"},
                                     {"model.layers.#.mlp.fc1", "blk.#.ffn_up"},
                                     {"model.layers.#.mlp.fc2", "blk.#.ffn_down"},
                                 });
}

void phi2Keys(KeyList &keys, const Config &config)
{
    const auto width = config.count({"hidden_size", "n_embd"});
    const auto heads = config.count({"num_attention_heads", "n_head"});
    keys.needCount("context_length", config.count({"n_positions", "max_position_embeddings"}));
    keys.needCount("embedding_length", width);
    keys.needCount("feed_forward_length", width ? std::optional(4 * *width) : std::nullopt);
    keys.needCount("attention.head_count", heads);
    keys.needCount("attention.head_count_kv", heads);
    keys.number("attention.layer_norm_epsilon", config.number({"layer_norm_epsilon", "layer_norm_eps"}));
    partialRotation(keys, config, config.ropeNumber("partial_rotary_factor").value_or(0.5));
}

double originalContext(const Config &config)
{
    return config.ropeNumber("original_max_position_embeddings").value_or(0);
}

void attentionFactor(KeyList &keys, const Config &config)
{
    const double original = originalContext(config);
    const auto most = config.number({"n_positions", "max_position_embeddings"});
    if (config.ropeNumbers("long_factor").empty() || !most || original <= 1)
        return;
    // Also of "su" and "yarn", which early configurations call it.
    const double scale = *most / original;
    keys.number("rope.scaling.attn_factor",
                scale > 1 ? std::sqrt(1 + std::log(scale) / std::log(original)) : 1);
}

void phi3Keys(KeyList &keys, const Config &config)
{
    attentionFactor(keys, config);
    const auto width = config.count({"hidden_size", "n_embd"});
    const auto heads = config.count({"num_attention_heads", "n_head"});
    keys.needCount("context_length", config.count({"n_positions", "max_position_embeddings"}));
    if (const double original = originalContext(config); original > 0 && original <= UINT32_MAX)
        keys.count("rope.scaling.original_context_length", static_cast<std::int64_t>(original));
    keys.needCount("embedding_length", width);
    keys.needCount("feed_forward_length", config.count({"intermediate_size"}));
    keys.needCount("attention.head_count", heads);
    keys.needCount("attention.head_count_kv", config.count({"num_key_value_heads", "n_head_kv"}));
    keys.number("attention.layer_norm_rms_epsilon", config.number({"rms_norm_eps"}));
    partialRotation(keys, config, config.ropeNumber("partial_rotary_factor").value_or(1.0));
    keys.number("rope.freq_base", config.ropeNumber("rope_theta"));
    // 0 tells Phi-4 from the others.
    keys.count("attention.sliding_window", config.count({"sliding_window"}).value_or(0));
}

std::vector<Constant> phi3Factors(const Config &config)
{
    std::vector<Constant> constants;
    for (const auto &[from, to] : {std::pair("long_factor", "rope_factors_long.weight"),
                                   std::pair("short_factor", "rope_factors_short.weight")}) {
        const std::vector<double> factors = config.ropeNumbers(from);
        if (factors.empty())
            return {};
        Constant constant{to, {}};
        std::transform(factors.begin(), factors.end(), std::back_inserter(constant.values),
                       [](double factor) { return static_cast<float>(factor); });
        constants.push_back(std::move(constant));
    }
    return constants;
}

// PhiConfig.
std::vector<Default> phi2Defaults(const Config &)
{
    return {{"max_position_embeddings", 2048}, {"layer_norm_eps", 1e-5}};
}

// Phi3Config.
std::vector<Default> phi3Defaults(const Config &said)
{
    std::vector<Default> defaults = {
        {"rope_theta", 10000.0}, {"rms_norm_eps", 1e-5}, {"original_max_position_embeddings", 4096}};
    if (const auto heads = said.count({"num_attention_heads"}))
        defaults.push_back({"num_key_value_heads", *heads});
    return defaults;
}

} // namespace

std::vector<Architecture> phiFamily()
{
    return {
        {"phi2", {"PhiForCausalLM"}, phi2, phi2Keys, phi2Defaults},
        {"phi3", {"Phi3ForCausalLM"}, phi3, phi3Keys, phi3Defaults, phi3Factors},
    };
}

} // namespace snug::convert
