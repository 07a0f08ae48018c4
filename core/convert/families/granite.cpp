// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

#include <utility>

namespace snug::convert {
namespace {

bool hasExperts(const Config &config)
{
    return config.count({"num_local_experts"}).value_or(0) > 0;
}

// Gate and up are one tensor, the one above the other.
Rules moeRules(const Config &config)
{
    Rules rules =
        joined(permutedLlamaRules(config),
               {
                   {"model.layers.#.block_sparse_moe.router.layer", "blk.#.ffn_gate_inp"},
                   {"model.layers.#.block_sparse_moe.input_linear", "blk.#.ffn_gate_exps", {Verb::FirstHalf}},
                   {"model.layers.#.block_sparse_moe.input_linear", "blk.#.ffn_up_exps", {Verb::SecondHalf}},
                   {"model.layers.#.block_sparse_moe.output_linear", "blk.#.ffn_down_exps"},
               });
    if (hasExperts(config))
        return joined(
            rules, {
                       {"model.layers.#.shared_mlp.input_linear", "blk.#.ffn_gate_shexp", {Verb::FirstHalf}},
                       {"model.layers.#.shared_mlp.input_linear", "blk.#.ffn_up_shexp", {Verb::SecondHalf}},
                       {"model.layers.#.shared_mlp.output_linear", "blk.#.ffn_down_shexp"},
                   });
    return joined(rules, {
                             {"model.layers.#.shared_mlp.input_linear", "blk.#.ffn_gate", {Verb::FirstHalf}},
                             {"model.layers.#.shared_mlp.input_linear", "blk.#.ffn_up", {Verb::SecondHalf}},
                             {"model.layers.#.shared_mlp.output_linear", "blk.#.ffn_down"},
                         });
}

void scale(KeyList &keys, const char *key, const Config &config, const char *name)
{
    if (const auto number = config.number({name}); number && *number != 0)
        keys.number(key, number);
}

// The heads share the width among them, whatever head_dim says.
void sharedWidth(KeyList &keys, const Config &config)
{
    for (gguf::KeyValue &pair : keys.take()) {
        if (!pair.key.ends_with(".attention.key_length") && !pair.key.ends_with(".attention.value_length"))
            keys.set(std::move(pair.key), std::move(pair.value));
    }
    const auto width = config.count({"hidden_size"});
    const std::int64_t heads = queryHeads(config);
    keys.needCount("rope.dimension_count", width && heads > 0 ? std::optional(*width / heads) : std::nullopt);
}

void denseKeys(KeyList &keys, const Config &config)
{
    llamaKeys(keys, config);
    sharedWidth(keys, config);
    scale(keys, "attention.scale", config, "attention_multiplier");
    scale(keys, "embedding_scale", config, "embedding_multiplier");
    scale(keys, "residual_scale", config, "residual_multiplier");
    scale(keys, "logit_scale", config, "logits_scaling");
}

void moeKeys(KeyList &keys, const Config &config)
{
    denseKeys(keys, config);
    if (const auto width = config.count({"shared_intermediate_size"}); width && *width > 0)
        keys.count("expert_shared_feed_forward_length", width);
}

// GraniteConfig and GraniteMoeConfig.
std::vector<Default> graniteDefaults(const Config &said)
{
    std::vector<Default> defaults = {{"rope_theta", 10000.0},       {"rms_norm_eps", 1e-6},
                                     {"attention_multiplier", 1.0}, {"embedding_multiplier", 1.0},
                                     {"residual_multiplier", 1.0},  {"logits_scaling", 1.0}};
    if (const auto heads = said.count({"num_attention_heads"}))
        defaults.push_back({"num_key_value_heads", *heads});
    return defaults;
}

} // namespace

std::vector<Architecture> graniteFamily()
{
    return {
        {"granite", {"GraniteForCausalLM"}, permutedLlamaRules, denseKeys, graniteDefaults, llamaRopeFactors},
        {"granitemoe",
         {"GraniteMoeForCausalLM", "GraniteMoeSharedForCausalLM"},
         moeRules,
         moeKeys,
         graniteDefaults,
         llamaRopeFactors},
    };
}

} // namespace snug::convert
