// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

Rules qwen2(const Config &)
{
    return llamaRules();
}

Rules qwen3(const Config &)
{
    return joined(llamaRules(), headNorms());
}

// Experts one by one, or all gates and ups of a layer in one tensor, the gates above the ups.
Rules experts()
{
    return joined(
        separateExperts(),
        {
            {"model.layers.#.mlp.experts.gate_up_proj", "blk.#.ffn_gate_exps.weight", {Verb::FirstHalf}},
            {"model.layers.#.mlp.experts.gate_up_proj", "blk.#.ffn_up_exps.weight", {Verb::SecondHalf}},
            {"model.layers.#.mlp.experts.down_proj", "blk.#.ffn_down_exps.weight"},
        });
}

// llama.cpp has experts in every layer of these models: one with others (mlp_only_layers) could not be
// loaded.
Rules withoutDense(Rules rules)
{
    std::erase_if(rules, [](const Rule &rule) {
        return rule.to == "blk.#.ffn_gate" || rule.to == "blk.#.ffn_up" || rule.to == "blk.#.ffn_down";
    });
    return rules;
}

Rules qwen2Moe(const Config &)
{
    return joined(joined(withoutDense(llamaRules()), experts()),
                  {
                      {"model.layers.#.mlp.shared_expert.gate_proj", "blk.#.ffn_gate_shexp"},
                      {"model.layers.#.mlp.shared_expert.up_proj", "blk.#.ffn_up_shexp"},
                      {"model.layers.#.mlp.shared_expert.down_proj", "blk.#.ffn_down_shexp"},
                      {"model.layers.#.mlp.shared_expert_gate", "blk.#.ffn_gate_inp_shexp"},
                  });
}

Rules qwen3Moe(const Config &config)
{
    return joined(withoutDense(qwen3(config)), experts());
}

void moeKeys(KeyList &keys, const Config &config)
{
    commonKeys(keys, config);
    keys.count("expert_feed_forward_length", config.count({"moe_intermediate_size"}));
    keys.count("expert_shared_feed_forward_length", config.count({"shared_expert_intermediate_size"}));
}

std::vector<Default> qwen2Defaults(const Config &)
{
    return {{"rope_theta", 10000.0}, {"rms_norm_eps", 1e-6}};
}

// Qwen3Config.
std::vector<Default> qwen3Defaults(const Config &)
{
    return {{"rope_theta", 10000.0}, {"rms_norm_eps", 1e-6}, {"head_dim", 128}};
}

} // namespace

std::vector<Architecture> qwenFamily()
{
    return {
        {"qwen2", {"Qwen2ForCausalLM", "Qwen2Model"}, qwen2, commonKeys, qwen2Defaults},
        {"qwen2moe", {"Qwen2MoeForCausalLM"}, qwen2Moe, moeKeys, qwen2Defaults},
        {"qwen3", {"Qwen3ForCausalLM", "Qwen3Model"}, qwen3, commonKeys, qwen3Defaults},
        {"qwen3moe", {"Qwen3MoeForCausalLM"}, qwen3Moe, moeKeys, qwen2Defaults},
    };
}

} // namespace snug::convert
