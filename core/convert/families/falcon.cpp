// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

// One norm before both attention and feed-forward, or one for each: the larger models.
Rules falcon(const Config &)
{
    return {
        {"word_embeddings", "token_embd"},
        {"ln_f", "output_norm"},
        {"lm_head", "output"},
        {"h.#.input_layernorm", "blk.#.attn_norm"},
        {"h.#.ln_mlp", "blk.#.attn_norm"},
        {"h.#.ln_attn", "blk.#.attn_norm_2"},
        {"h.#.self_attention.query_key_value", "blk.#.attn_qkv", {Verb::UngroupQkv}},
        {"h.#.self_attention.dense", "blk.#.attn_output"},
        {"h.#.mlp.dense_h_to_4h", "blk.#.ffn_up"},
        {"h.#.mlp.dense_4h_to_h", "blk.#.ffn_down"},
    };
}

// The older decoder has one head of keys and values whatever else is said: transformers fills num_kv_heads
// with the number of all heads. The oldest configurations, before there was a choice of decoders, say
// n_head_kv.
std::optional<std::int64_t> keyHeads(const Config &config)
{
    const auto heads = config.count({"num_attention_heads", "n_head"});
    if (config.flag({"new_decoder_architecture"}) == true)
        return config.count({"num_kv_heads", "n_head_kv"}).has_value()
                   ? config.count({"num_kv_heads", "n_head_kv"})
                   : heads;
    if (const auto said = config.count({"n_head_kv"}))
        return said;
    return config.flag({"multi_query"}).value_or(true) ? std::optional<std::int64_t>(1) : heads;
}

void falconKeys(KeyList &keys, const Config &config)
{
    // No configuration says it, and the reference writes this length for all.
    keys.count("context_length", 2048);
    keys.text("tensor_data_layout", "jploski");
    const auto width = config.count({"hidden_size"});
    keys.needCount("embedding_length", width);
    keys.needCount("feed_forward_length", width ? std::optional(4 * *width) : std::nullopt);
    keys.needCount("attention.head_count", config.count({"num_attention_heads", "n_head"}));
    keys.needCount("attention.head_count_kv", keyHeads(config));
    keys.number("attention.layer_norm_epsilon", config.number({"layer_norm_epsilon"}));
}

// FalconConfig.
std::vector<Default> falconDefaults(const Config &)
{
    return {{"layer_norm_epsilon", 1e-5}};
}

} // namespace

std::vector<Architecture> falconFamily()
{
    return {{"falcon", {"FalconForCausalLM", "RWForCausalLM"}, falcon, falconKeys, falconDefaults}};
}

} // namespace snug::convert
