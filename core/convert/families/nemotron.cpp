// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

// The weights of norms, not their biases, are stored as the difference from one.
Rules nemotron(const Config &)
{
    const std::vector<Verb> one = {Verb::AddOne};
    return joined(llamaRules(),
                  {
                      {"model.norm.weight", "output_norm.weight", one},
                      {"model.norm.bias", "output_norm.bias"},
                      {"model.layers.#.input_layernorm.weight", "blk.#.attn_norm.weight", one},
                      {"model.layers.#.input_layernorm.bias", "blk.#.attn_norm.bias"},
                      {"model.layers.#.post_attention_layernorm.weight", "blk.#.ffn_norm.weight", one},
                      {"model.layers.#.post_attention_layernorm.bias", "blk.#.ffn_norm.bias"},
                  });
}

void nemotronKeys(KeyList &keys, const Config &config)
{
    commonKeys(keys, config);
    keys.needCount("vocab_size", config.count({"vocab_size"}));
    keys.number("attention.layer_norm_epsilon",
                config.number({"layer_norm_eps", "layer_norm_epsilon", "norm_epsilon", "norm_eps"}));
    partialRotation(keys, config, config.ropeNumber("partial_rotary_factor").value_or(0.5));
    const auto factor = config.number({"factor"});
    const auto scaling = factor ? factor : config.ropeNumber("factor");
    keys.text("rope.scaling.type", scaling ? "linear" : "none");
    keys.number("rope.scaling.factor", scaling);
}

// NemotronConfig.
std::vector<Default> nemotronDefaults(const Config &said)
{
    std::vector<Default> defaults = {{"rope_theta", 10000.0}, {"norm_eps", 1e-5}};
    if (said.headWidth() > 0)
        defaults.push_back({"head_dim", said.headWidth()});
    return defaults;
}

} // namespace

std::vector<Architecture> nemotronFamily()
{
    return {{"nemotron", {"NemotronForCausalLM"}, nemotron, nemotronKeys, nemotronDefaults}};
}

} // namespace snug::convert
