// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

// The published GPT-2 has its tensors without "transformer.", and its masks among them. Its weights are
// stored with their inputs as rows.
Rules gpt2(const Config &)
{
    const Rules bare = {
        {"wte", "token_embd"},
        {"wpe", "position_embd"},
        {"ln_f", "output_norm"},
        {"lm_head", "output"},
        {"h.#.ln_1", "blk.#.attn_norm"},
        {"h.#.ln_2", "blk.#.ffn_norm"},
        {"h.#.attn.c_attn.weight", "blk.#.attn_qkv.weight", {Verb::Transpose}},
        {"h.#.attn.c_attn.bias", "blk.#.attn_qkv.bias"},
        {"h.#.attn.c_proj.weight", "blk.#.attn_output.weight", {Verb::Transpose}},
        {"h.#.attn.c_proj.bias", "blk.#.attn_output.bias"},
        {"h.#.mlp.c_fc.weight", "blk.#.ffn_up.weight", {Verb::Transpose}},
        {"h.#.mlp.c_fc.bias", "blk.#.ffn_up.bias"},
        {"h.#.mlp.c_proj.weight", "blk.#.ffn_down.weight", {Verb::Transpose}},
        {"h.#.mlp.c_proj.bias", "blk.#.ffn_down.bias"},
        {"h.#.attn.bias", ""},
        {"h.#.attn.masked_bias", ""},
    };
    return bare;
}

Rules gptNeoX(const Config &)
{
    return {
        {"gpt_neox.embed_in", "token_embd"},
        {"embed_out", "output"},
        {"gpt_neox.final_layer_norm", "output_norm"},
        {"gpt_neox.layers.#.input_layernorm", "blk.#.attn_norm"},
        {"gpt_neox.layers.#.post_attention_layernorm", "blk.#.ffn_norm"},
        {"gpt_neox.layers.#.attention.query_key_value", "blk.#.attn_qkv", {Verb::RegroupQkv}},
        {"gpt_neox.layers.#.attention.dense", "blk.#.attn_output"},
        {"gpt_neox.layers.#.mlp.dense_h_to_4h", "blk.#.ffn_up"},
        {"gpt_neox.layers.#.mlp.dense_4h_to_h", "blk.#.ffn_down"},
    };
}

void gpt2Keys(KeyList &keys, const Config &config)
{
    const auto width = config.count({"n_embd"});
    // transformers 5 no longer writes n_ctx.
    keys.needCount("context_length", config.count({"n_ctx", "n_positions"}));
    keys.needCount("embedding_length", width);
    keys.needCount("feed_forward_length", width ? std::optional(4 * *width) : std::nullopt);
    keys.needCount("attention.head_count", config.count({"n_head"}));
    keys.number("attention.layer_norm_epsilon", config.number({"layer_norm_epsilon"}));
}

void gptNeoXKeys(KeyList &keys, const Config &config)
{
    const auto width = config.count({"hidden_size"});
    const auto heads = config.count({"num_attention_heads"});
    keys.needCount("context_length", config.count({"max_position_embeddings"}));
    keys.needCount("embedding_length", width);
    keys.needCount("feed_forward_length", config.count({"intermediate_size"}));
    keys.needCount("attention.head_count", heads);
    const double turned =
        config.number({"rotary_pct"}).value_or(config.ropeNumber("partial_rotary_factor").value_or(0.25));
    if (width && heads && *heads > 0 && turned > 0 && turned <= 1)
        keys.count("rope.dimension_count",
                   static_cast<std::int64_t>(turned * static_cast<double>(*width / *heads)));
    keys.flag("use_parallel_residual", config.flag({"use_parallel_residual"}).value_or(true));
    keys.number("attention.layer_norm_epsilon", config.number({"layer_norm_eps"}));
}

std::vector<Default> gpt2Defaults(const Config &)
{
    return {{"layer_norm_epsilon", 1e-5}};
}

std::vector<Default> gptNeoXDefaults(const Config &)
{
    return {{"layer_norm_eps", 1e-5}, {"max_position_embeddings", 2048}};
}

} // namespace

std::vector<Architecture> gptFamily()
{
    Architecture neoX{"gptneox", {"GPTNeoXForCausalLM"}, gptNeoX, gptNeoXKeys, gptNeoXDefaults};
    neoX.namesFileType = false;
    return {{"gpt2", {"GPT2LMHeadModel"}, gpt2, gpt2Keys, gpt2Defaults}, neoX};
}

} // namespace snug::convert
