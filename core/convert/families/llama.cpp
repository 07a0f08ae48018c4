// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

#include <cmath>
#include <numbers>

namespace snug::convert {
namespace {

Rules llama(const Config &config)
{
    return joined(permutedLlamaRules(config),
                  {
                      {"model.layers.#.block_sparse_moe.gate", "blk.#.ffn_gate_inp"},
                      {"model.layers.#.block_sparse_moe.experts.#.w1", "blk.#.ffn_gate_exps"},
                      {"model.layers.#.block_sparse_moe.experts.#.w2", "blk.#.ffn_down_exps"},
                      {"model.layers.#.block_sparse_moe.experts.#.w3", "blk.#.ffn_up_exps"},
                  });
}

// LlamaConfig, MistralConfig and MixtralConfig, which alone leaves the heads' width open.
std::vector<Default> llamaDefaults(const Config &said)
{
    std::vector<Default> defaults = {{"rope_theta", 10000.0}, {"rms_norm_eps", 1e-6}};
    const bool mixtral = said.text({"model_type"}) == "mixtral";
    if (said.text({"model_type"}) != "mistral") {
        if (const auto heads = said.count({"num_attention_heads"}); heads && !mixtral)
            defaults.push_back({"num_key_value_heads", *heads});
    }
    if (said.headWidth() > 0 && !mixtral)
        defaults.push_back({"head_dim", said.headWidth()});
    return defaults;
}

// Ministral3Config; the text part of Mistral Small 3.1 is a MistralConfig.
void mistral3Keys(KeyList &keys, const Config &config)
{
    llamaKeys(keys, config);
    if (config.text({"model_type"}) != "ministral3")
        return;
    keys.number("rope.scaling.yarn_log_multiplier", config.ropeNumber("mscale_all_dim"));
    keys.number("attention.temperature_scale", config.ropeNumber("llama_4_scaling_beta"));
}

std::vector<Default> smolLm3Defaults(const Config &)
{
    return {{"rope_theta", 2000000.0}, {"num_key_value_heads", 4}, {"rms_norm_eps", 1e-6}};
}

} // namespace

Rules permutedLlamaRules(const Config &)
{
    return joined(llamaRules(), permutedAttention());
}

void llamaKeys(KeyList &keys, const Config &config)
{
    commonKeys(keys, config);
    keys.needCount("vocab_size", config.count({"vocab_size"}));
    if (const std::int64_t width = config.headWidth(); width > 0)
        keys.count("rope.dimension_count", width);
}

constexpr std::int64_t kMostHeadWidth = std::int64_t{1} << 16;

std::vector<Constant> llamaRopeFactors(const Config &config)
{
    // Wider heads are absurd, which whoever reads the keys says.
    if (config.ropeType() != "llama3" || config.headWidth() > kMostHeadWidth)
        return {};
    const auto width = static_cast<float>(config.headWidth());
    const auto base = static_cast<float>(config.ropeNumber("rope_theta").value_or(10000.0));
    const double factor = config.ropeNumber("factor").value_or(8.0);
    const double low = config.ropeNumber("low_freq_factor").value_or(1.0);
    const double high = config.ropeNumber("high_freq_factor").value_or(4.0);
    const double original = config.ropeNumber("original_max_position_embeddings").value_or(8192.0);
    Constant factors{"rope_freqs.weight", {}};
    for (std::int64_t i = 0; i < config.headWidth(); i += 2) {
        const float frequency = 1.0F / std::pow(base, static_cast<float>(i) / width);
        const double wave = 2 * std::numbers::pi / static_cast<double>(frequency);
        double value = 1;
        if (wave > original / low)
            value = factor;
        else if (wave >= original / high) {
            const double smooth = (original / wave - low) / (high - low);
            value = 1 / ((1 - smooth) / factor + smooth);
        }
        factors.values.push_back(static_cast<float>(value));
    }
    return {factors};
}

std::vector<Architecture> llamaFamily()
{
    return {
        {"llama",
         {"LlamaForCausalLM", "LLaMAForCausalLM", "MistralForCausalLM", "MixtralForCausalLM",
          "LlavaForConditionalGeneration", "LlamaModel"},
         llama,
         llamaKeys,
         llamaDefaults,
         llamaRopeFactors},
        {"mistral3",
         {"Mistral3ForConditionalGeneration", "Ministral3ForCausalLM"},
         permutedLlamaRules,
         mistral3Keys,
         llamaDefaults,
         llamaRopeFactors},
        {"smollm3", {"SmolLM3ForCausalLM"}, permutedLlamaRules, llamaKeys, smolLm3Defaults, llamaRopeFactors},
        {"arcee", {"ArceeForCausalLM"}, permutedLlamaRules, llamaKeys, llamaDefaults, llamaRopeFactors},
    };
}

} // namespace snug::convert
