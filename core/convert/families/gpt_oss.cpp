// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

// Gate and up alternate; the unpacked experts are stored with their inputs as rows, the packed ones as
// llama.cpp has them.
Rules gptOss(const Config &)
{
    return joined(
        commonRules(),
        {
            {"model.layers.#.post_attention_layernorm", "blk.#.post_attention_norm"},
            {"model.layers.#.self_attn.sinks", "blk.#.attn_sinks.weight"},
            {"model.layers.#.mlp.router", "blk.#.ffn_gate_inp"},
            {"model.layers.#.mlp.experts.gate_up_proj",
             "blk.#.ffn_gate_exps.weight",
             {Verb::Transpose, Verb::EvenRows}},
            {"model.layers.#.mlp.experts.gate_up_proj",
             "blk.#.ffn_up_exps.weight",
             {Verb::Transpose, Verb::OddRows}},
            {"model.layers.#.mlp.experts.down_proj", "blk.#.ffn_down_exps.weight", {Verb::Transpose}},
            {"model.layers.#.mlp.experts.gate_up_proj_blocks",
             "blk.#.ffn_gate_exps.weight",
             {Verb::EvenRows}},
            {"model.layers.#.mlp.experts.gate_up_proj_blocks", "blk.#.ffn_up_exps.weight", {Verb::OddRows}},
            {"model.layers.#.mlp.experts.down_proj_blocks", "blk.#.ffn_down_exps.weight"},
            {"model.layers.#.mlp.experts.gate_up_proj_bias", "blk.#.ffn_gate_exps.bias", {Verb::EvenColumns}},
            {"model.layers.#.mlp.experts.gate_up_proj_bias", "blk.#.ffn_up_exps.bias", {Verb::OddColumns}},
            {"model.layers.#.mlp.experts.down_proj_bias", "blk.#.ffn_down_exps.bias"},
        });
}

void gptOssKeys(KeyList &keys, const Config &config)
{
    commonKeys(keys, config);
    keys.needCount("attention.sliding_window", config.count({"sliding_window"}));
    keys.needCount("expert_feed_forward_length", config.count({"intermediate_size"}));
}

// GptOssConfig.
std::vector<Default> gptOssDefaults(const Config &)
{
    return {{"head_dim", 64},
            {"sliding_window", 128},
            {"rms_norm_eps", 1e-5},
            {"rope_theta", 150000.0},
            {"max_position_embeddings", 131072}};
}

} // namespace

std::vector<Architecture> gptOssFamily()
{
    return {{"gpt-oss", {"GptOssForCausalLM"}, gptOss, gptOssKeys, gptOssDefaults}};
}

} // namespace snug::convert
