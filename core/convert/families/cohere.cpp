// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

// One norm for attention and feed-forward; the output is that of the embeddings.
Rules cohere(const Config &)
{
    return joined(joined(commonRules(), headNorms()), {{"lm_head", ""}});
}

// llama.cpp has no place for the biases, which are stored but hold nothing, nor for norms of heads.
Rules cohere2(const Config &)
{
    const std::vector<Verb> zeros = {Verb::OnlyZeros};
    return joined(commonRules(), {
                                     {"lm_head", ""},
                                     {"model.layers.#.self_attn.q_proj.bias", "", zeros},
                                     {"model.layers.#.self_attn.k_proj.bias", "", zeros},
                                     {"model.layers.#.self_attn.v_proj.bias", "", zeros},
                                     {"model.layers.#.self_attn.o_proj.bias", "", zeros},
                                     {"model.layers.#.input_layernorm.bias", "", zeros},
                                     {"model.norm.bias", "", zeros},
                                 });
}

void commandRKeys(KeyList &keys, const Config &config)
{
    commonKeys(keys, config);
    // max_position_embeddings of the first models is smaller than what they were trained for.
    keys.needCount("context_length", config.count({"model_max_length", "max_position_embeddings"}));
    keys.number("logit_scale", config.number({"logit_scale"}));
    keys.text("rope.scaling.type", "none");
}

void cohere2Keys(KeyList &keys, const Config &config)
{
    commonKeys(keys, config);
    keys.number("logit_scale", config.number({"logit_scale"}));
    keys.needCount("attention.sliding_window", config.count({"sliding_window"}));
    keys.needCount("vocab_size", config.count({"vocab_size"}));
    const auto width = config.count({"hidden_size"});
    const auto heads = config.count({"num_attention_heads"});
    const double turned = config.number({"rotary_pct"}).value_or(1.0);
    if (width && heads && *heads > 0 && turned > 0 && turned <= 1)
        keys.count("rope.dimension_count",
                   static_cast<std::int64_t>(turned * static_cast<double>(*width / *heads)));
    keys.text("rope.scaling.type", "none");
}

// CohereConfig and Cohere2Config.
std::vector<Default> cohereDefaults(const Config &said)
{
    std::vector<Default> defaults = {
        {"rope_theta", 10000.0}, {"layer_norm_eps", 1e-5}, {"logit_scale", 0.0625}};
    if (const auto heads = said.count({"num_attention_heads"}))
        defaults.push_back({"num_key_value_heads", *heads});
    return defaults;
}

std::vector<Default> cohere2Defaults(const Config &said)
{
    std::vector<Default> defaults = cohereDefaults(said);
    defaults.push_back({"sliding_window", 4096});
    if (said.headWidth() > 0)
        defaults.push_back({"head_dim", said.headWidth()});
    return defaults;
}

} // namespace

std::vector<Architecture> cohereFamily()
{
    return {
        {"command-r", {"CohereForCausalLM"}, cohere, commandRKeys, cohereDefaults},
        {"cohere2", {"Cohere2ForCausalLM"}, cohere2, cohere2Keys, cohere2Defaults},
    };
}

} // namespace snug::convert
