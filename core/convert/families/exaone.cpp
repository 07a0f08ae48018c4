// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

// Norms follow attention and feed-forward instead of preceding them.
Rules exaone4(const Config &)
{
    Rules rules = joined(joined(commonRules(), headNorms()),
                         {
                             {"model.layers.#.post_attention_layernorm", "blk.#.post_attention_norm"},
                             {"model.layers.#.post_feedforward_layernorm", "blk.#.post_ffw_norm"},
                         });
    std::erase_if(rules, [](const Rule &rule) { return rule.to == "blk.#.attn_norm"; });
    return rules;
}

void exaone4Keys(KeyList &keys, const Config &config)
{
    commonKeys(keys, config);
    keys.needCount("vocab_size", config.count({"vocab_size"}));
    const auto window = config.count({"sliding_window"});
    if (!window)
        return;
    keys.count("attention.sliding_window", window);
    if (const auto sliding = slidingLayers(config, 4); !sliding.empty())
        keys.flags("attention.sliding_window_pattern", sliding);
}

// Exaone4Config.
std::vector<Default> exaone4Defaults(const Config &)
{
    return {{"rope_theta", 10000.0}, {"rms_norm_eps", 1e-5}, {"num_key_value_heads", 32}};
}

} // namespace

std::vector<Architecture> exaoneFamily()
{
    return {
        {"exaone4", {"Exaone4ForCausalLM"}, exaone4, exaone4Keys, exaone4Defaults, llamaRopeFactors},
    };
}

} // namespace snug::convert
