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

} // namespace

std::vector<Architecture> olmoFamily()
{
    return {
        {"olmo", {"OlmoForCausalLM", "OLMoForCausalLM"}, olmo, olmoKeys, olmoDefaults},
        {"olmo2", {"Olmo2ForCausalLM", "Olmo3ForCausalLM"}, olmo2, olmo2Keys, olmoDefaults},
        {"olmoe", {"OlmoeForCausalLM"}, olmoe, olmoeKeys, olmoDefaults},
    };
}

} // namespace snug::convert
