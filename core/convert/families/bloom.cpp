// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

Rules bloom(const Config &)
{
    return {
        {"word_embeddings", "token_embd"},
        {"word_embeddings_layernorm", "token_embd_norm"},
        {"ln_f", "output_norm"},
        {"lm_head", "output"},
        {"h.#.input_layernorm", "blk.#.attn_norm"},
        {"h.#.post_attention_layernorm", "blk.#.ffn_norm"},
        {"h.#.self_attention.query_key_value", "blk.#.attn_qkv", {Verb::RegroupQkv}},
        {"h.#.self_attention.dense", "blk.#.attn_output"},
        {"h.#.mlp.dense_h_to_4h", "blk.#.ffn_up"},
        {"h.#.mlp.dense_4h_to_h", "blk.#.ffn_down"},
    };
}

void bloomKeys(KeyList &keys, const Config &config)
{
    const auto width = config.count({"hidden_size", "n_embed"});
    const auto heads = config.count({"n_head", "num_attention_heads"});
    keys.needCount("context_length", config.count({"seq_length", "hidden_size", "n_embed"}));
    keys.needCount("embedding_length", width);
    keys.needCount("feed_forward_length", width ? std::optional(4 * *width) : std::nullopt);
    keys.needCount("attention.head_count", heads);
    keys.needCount("attention.head_count_kv", heads);
    keys.number("attention.layer_norm_epsilon", config.number({"layer_norm_epsilon"}));
}

// BloomConfig.
std::vector<Default> bloomDefaults(const Config &)
{
    return {{"layer_norm_epsilon", 1e-5}};
}

} // namespace

std::vector<Architecture> bloomFamily()
{
    return {{"bloom", {"BloomForCausalLM"}, bloom, bloomKeys, bloomDefaults}};
}

} // namespace snug::convert
