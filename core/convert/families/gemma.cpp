// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

// Norms are stored as the difference from one.
Rules oneAdded(Rules rules)
{
    for (Rule &rule : rules) {
        if (rule.to.ends_with("norm"))
            rule.verbs.push_back(Verb::AddOne);
    }
    return rules;
}

// The output is that of the embeddings; some tools store it once more.
Rules gemma(const Config &)
{
    return oneAdded(joined(llamaRules(), {{"lm_head", ""}}));
}

Rules gemmaWithFurtherNorms()
{
    return joined(commonRules(), {
                                     {"model.layers.#.post_attention_layernorm", "blk.#.post_attention_norm"},
                                     {"model.layers.#.pre_feedforward_layernorm", "blk.#.ffn_norm"},
                                     {"model.layers.#.post_feedforward_layernorm", "blk.#.post_ffw_norm"},
                                 });
}

Rules gemma2(const Config &)
{
    return oneAdded(joined(gemmaWithFurtherNorms(), {{"lm_head", ""}}));
}

Rules gemma3(const Config &)
{
    return oneAdded(joined(joined(gemmaWithFurtherNorms(), headNorms()),
                           {{"model.embed_tokens", "token_embd", {Verb::TrimVocabulary}}}));
}

void gemmaKeys(KeyList &keys, const Config &config)
{
    keys.needCount("context_length", config.count({"max_position_embeddings"}));
    keys.needCount("embedding_length", config.count({"hidden_size"}));
    keys.needCount("feed_forward_length", config.count({"intermediate_size"}));
    keys.needCount("attention.head_count", config.count({"num_attention_heads"}));
    keys.needCount("attention.head_count_kv", config.count({"num_key_value_heads", "num_attention_heads"}));
    keys.number("attention.layer_norm_rms_epsilon", config.number({"rms_norm_eps"}));
    headWidthKeys(keys, config);
}

void gemma2Keys(KeyList &keys, const Config &config)
{
    gemmaKeys(keys, config);
    keys.number("attn_logit_softcapping", config.number({"attn_logit_softcapping"}));
    keys.number("final_logit_softcapping", config.number({"final_logit_softcapping"}));
    keys.needCount("attention.sliding_window", config.count({"sliding_window"}));
}

void gemma3Keys(KeyList &keys, const Config &config)
{
    commonKeys(keys, config);
    if (const auto cap = config.number({"final_logit_softcapping"}); cap && *cap != 0)
        keys.number("final_logit_softcapping", cap);
    if (config.count({"sliding_window_pattern"}) != 1)
        keys.needCount("attention.sliding_window", config.count({"sliding_window"}));
}

std::vector<Default> gemmaDefaults(const Config &)
{
    return {{"max_position_embeddings", 8192}, {"rms_norm_eps", 1e-6}, {"head_dim", 256}};
}

// Gemma2Config.
std::vector<Default> gemma2Defaults(const Config &)
{
    return {{"max_position_embeddings", 8192},
            {"rms_norm_eps", 1e-6},
            {"head_dim", 256},
            {"attn_logit_softcapping", 50.0},
            {"final_logit_softcapping", 30.0},
            {"sliding_window", 4096},
            {"num_key_value_heads", 4}};
}

// Gemma3TextConfig: the published vision models say little more than their widths.
std::vector<Default> gemma3Defaults(const Config &)
{
    return {{"vocab_size", 262208},      {"hidden_size", 2304},
            {"intermediate_size", 9216}, {"num_hidden_layers", 26},
            {"num_attention_heads", 8},  {"num_key_value_heads", 4},
            {"head_dim", 256},           {"max_position_embeddings", 131072},
            {"rms_norm_eps", 1e-6},      {"sliding_window", 4096},
            {"rope_theta", 1000000.0},   {"rope_local_base_freq", 10000.0}};
}

} // namespace

std::vector<Architecture> gemmaFamily()
{
    return {
        {"gemma", {"GemmaForCausalLM"}, gemma, gemmaKeys, gemmaDefaults},
        {"gemma2", {"Gemma2ForCausalLM"}, gemma2, gemma2Keys, gemma2Defaults},
        {"gemma3",
         {"Gemma3ForCausalLM", "Gemma3ForConditionalGeneration"},
         gemma3,
         gemma3Keys,
         gemma3Defaults},
    };
}

} // namespace snug::convert
