// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/architecture.h"

namespace snug::convert {

Rules commonRules()
{
    return {
        {"model.embed_tokens", "token_embd"},
        {"model.norm", "output_norm"},
        {"lm_head", "output"},
        {"model.layers.#.input_layernorm", "blk.#.attn_norm"},
        {"model.layers.#.self_attn.q_proj", "blk.#.attn_q"},
        {"model.layers.#.self_attn.k_proj", "blk.#.attn_k"},
        {"model.layers.#.self_attn.v_proj", "blk.#.attn_v"},
        {"model.layers.#.self_attn.o_proj", "blk.#.attn_output"},
        {"model.layers.#.mlp.gate_proj", "blk.#.ffn_gate"},
        {"model.layers.#.mlp.up_proj", "blk.#.ffn_up"},
        {"model.layers.#.mlp.down_proj", "blk.#.ffn_down"},
    };
}

Rules llamaRules()
{
    return joined(commonRules(), {{"model.layers.#.post_attention_layernorm", "blk.#.ffn_norm"}});
}

Rules permutedAttention()
{
    return {
        {"model.layers.#.self_attn.q_proj", "blk.#.attn_q", {Verb::PermuteQuery}},
        {"model.layers.#.self_attn.k_proj", "blk.#.attn_k", {Verb::PermuteKey}},
    };
}

Rules headNorms()
{
    return {
        {"model.layers.#.self_attn.q_norm", "blk.#.attn_q_norm"},
        {"model.layers.#.self_attn.k_norm", "blk.#.attn_k_norm"},
    };
}

Rules separateExperts()
{
    return {
        {"model.layers.#.mlp.gate", "blk.#.ffn_gate_inp"},
        {"model.layers.#.mlp.experts.#.gate_proj", "blk.#.ffn_gate_exps"},
        {"model.layers.#.mlp.experts.#.up_proj", "blk.#.ffn_up_exps"},
        {"model.layers.#.mlp.experts.#.down_proj", "blk.#.ffn_down_exps"},
    };
}

} // namespace snug::convert
