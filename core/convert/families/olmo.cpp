// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

// Norms have no weights.
Rules olmo(const Config &)
{
    return joined(commonRules(), permutedAttention());
}

// Norms follow attention and feed-forward instead of preceding them.
Rules olmo2(const Config &)
{
    Rules rules = joined(joined(commonRules(), headNorms()),
                         {
                             {"model.layers.#.post_attention_layernorm", "blk.#.post_attention_norm"},
                             {"model.layers.#.post_feedforward_layernorm", "blk.#.post_ffw_norm"},
                         });
    std::erase_if(rules, [](const Rule &rule) { return rule.to == "blk.#.attn_norm"; });
    return rules;
}

Rules olmoe(const Config &)
{
    return joined(joined(llamaRules(), headNorms()), separateExperts());
}

void olmoKeys(KeyList &keys, const Config &config)
{
    commonKeys(keys, config);
    keys.number("attention.layer_norm_epsilon", 1e-5);
    keys.number("attention.clamp_kqv", config.number({"clip_qkv"}));
}

void olmo2Keys(KeyList &keys, const Config &config)
{
    commonKeys(keys, config);
    const auto window = config.count({"sliding_window"});
    if (!window)
        return;
    keys.count("attention.sliding_window", window);
    keys.flags("attention.sliding_window_pattern", slidingLayers(config, 4)); // of OLMo 3
}

void olmoeKeys(KeyList &keys, const Config &config)
{
    commonKeys(keys, config);
    keys.number("attention.layer_norm_rms_epsilon", 1e-5);
}

std::vector<Default> olmoDefaults(const Config &said)
{
    std::vector<Default> defaults = {{"rope_theta", 10000.0}};
    if (const auto heads = said.count({"num_attention_heads"}))
        defaults.push_back({"num_key_value_heads", *heads});
    return defaults;
}

// Olmo2Config, and Olmo3Config, which tells the rotation of the layers with a sliding window apart.
std::vector<Default> olmo2Defaults(const Config &said)
{
    std::vector<Default> defaults = {{"rms_norm_eps", 1e-5}};
    if (said.text({"model_type"}) == "olmo3")
        defaults.insert(
            defaults.end(),
            {{"rope_theta", 500000.0}, {"rope_local_base_freq", 500000.0}, {"sliding_window", 4096}});
    const std::vector<Default> common = olmoDefaults(said);
    defaults.insert(defaults.end(), common.begin(), common.end());
    return defaults;
}

} // namespace

std::vector<Architecture> olmoFamily()
{
    return {
        {"olmo", {"OlmoForCausalLM", "OLMoForCausalLM"}, olmo, olmoKeys, olmoDefaults},
        {"olmo2", {"Olmo2ForCausalLM", "Olmo3ForCausalLM"}, olmo2, olmo2Keys, olmo2Defaults},
        {"olmoe", {"OlmoeForCausalLM"}, olmoe, olmoeKeys, olmoDefaults},
    };
}

} // namespace snug::convert
