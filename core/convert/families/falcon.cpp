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
        // llama.cpp has no place for biases of these.
        {"h.#.self_attention.query_key_value.weight", "blk.#.attn_qkv.weight", {Verb::UngroupQkv}},
        {"h.#.self_attention.dense.weight", "blk.#.attn_output.weight"},
        {"h.#.mlp.dense_h_to_4h.weight", "blk.#.ffn_up.weight"},
        {"h.#.mlp.dense_4h_to_h.weight", "blk.#.ffn_down.weight"},
    };
}

// The older decoder has one head of keys and values whatever else is said: transformers fills num_kv_heads
// with the number of all heads. The oldest configurations, before there was a choice of decoders, say
// n_head_kv.
std::optional<std::int64_t> falconKeyHeads(const Config &config)
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
    keys.needCount("attention.head_count_kv", falconKeyHeads(config));
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
