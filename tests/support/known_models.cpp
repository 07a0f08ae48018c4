// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/model_draft.h"
#include "tests/support/model_headers.h"
#include "tests/support/odd_models.h"

namespace snug::test {
namespace {

using gguf::TensorType;
using gguf::Value;

gguf::Header gemma3(const Transformer &shape)
{
    Draft draft = begun(shape);
    draft.count("attention.sliding_window", 1024);
    for (std::int64_t i = 0; i < shape.layers; ++i) {
        const std::string layer = layerName(i);
        addAttention(draft, shape, layer);
        draft.norm(layer + "attn_q", shape.headWidth)
            .norm(layer + "attn_k", shape.headWidth)
            .norm(layer + "post_attention", shape.width)
            .norm(layer + "post_ffw", shape.width);
        addFeedForward(draft, shape, layer);
    }
    return draft.take();
}

// Experts, and one net that every token goes through.
void addSharedExperts(Draft &draft, const Transformer &shape, const std::string &layer, std::int64_t inner)
{
    addExperts(draft, shape, layer);
    draft.tensor(layer + "ffn_gate_shexp.weight", {shape.width, inner})
        .tensor(layer + "ffn_up_shexp.weight", {shape.width, inner})
        .tensor(layer + "ffn_down_shexp.weight", {inner, shape.width});
}

// Multi-head latent attention: keys and values go through a narrow matrix, as DeepSeek-V2-Lite has it.
gguf::Header deepseek2(bool splitLatent)
{
    constexpr std::int64_t kLatent = 512;
    constexpr std::int64_t kRotated = 64;
    constexpr std::int64_t kHead = 128;
    constexpr std::int64_t kShared = 2;
    const Transformer shape{.architecture = "deepseek2",
                            .layers = 27,
                            .width = 2048,
                            .feedForward = 10944,
                            .heads = 16,
                            .keyHeads = splitLatent ? 1 : 16,
                            .vocabulary = 102400,
                            .experts = 64,
                            .expertsUsed = 6,
                            .expertFeedForward = 1408};
    Draft draft = begun(shape);
    draft.count("leading_dense_block_count", 1)
        .count("expert_feed_forward_length", shape.expertFeedForward)
        .count("expert_shared_count", kShared)
        .key("expert_weights_scale", Value(1.0F))
        .count("attention.kv_lora_rank", kLatent)
        .count("rope.dimension_count", kRotated)
        .count("attention.key_length", splitLatent ? kLatent + kRotated : kHead + kRotated)
        .count("attention.value_length", splitLatent ? kLatent : kHead);
    if (splitLatent)
        draft.count("attention.key_length_mla", kHead + kRotated).count("attention.value_length_mla", kHead);
    for (std::int64_t i = 0; i < shape.layers; ++i) {
        const std::string layer = layerName(i);
        draft.norm(layer + "attn", shape.width)
            .norm(layer + "attn_kv_a", kLatent)
            .tensor(layer + "attn_q.weight", {shape.width, shape.heads * (kHead + kRotated)})
            .tensor(layer + "attn_kv_a_mqa.weight", {shape.width, kLatent + kRotated})
            .tensor(layer + "attn_output.weight", {shape.heads * kHead, shape.width});
        if (splitLatent)
            draft.tensor(layer + "attn_k_b.weight", {kHead, kLatent, shape.heads})
                .tensor(layer + "attn_v_b.weight", {kLatent, kHead, shape.heads});
        else
            draft.tensor(layer + "attn_kv_b.weight", {kLatent, shape.heads * 2 * kHead});
        if (i == 0)
            addFeedForward(draft, shape, layer);
        else
            addSharedExperts(draft, shape, layer, kShared * shape.expertFeedForward);
    }
    return draft.take();
}

// Query, key and value in one tensor.
gguf::Header fused(const Transformer &shape, bool gated)
{
    Draft draft = begun(shape);
    draft.count("rope.dimension_count", shape.width / shape.heads)
        .count("rope.scaling.original_context_length", 4096)
        .count("attention.sliding_window", 2047);
    const std::int64_t head = shape.width / shape.heads;
    if (!gated)
        draft.tensor("output_norm.bias", {shape.width}, TensorType::F32);
    for (std::int64_t i = 0; i < shape.layers; ++i) {
        const std::string layer = layerName(i);
        // Falcon's net reads what its attention reads.
        gated ? draft.norm(layer + "ffn", shape.width)
              : draft.tensor(layer + "attn_norm.bias", {shape.width}, TensorType::F32);
        draft.norm(layer + "attn", shape.width)
            .tensor(layer + "attn_qkv.weight", {shape.width, head * (shape.heads + 2 * shape.keyHeads)})
            .tensor(layer + "attn_output.weight", {shape.width, shape.width})
            .tensor(layer + "ffn_up.weight", {shape.width, shape.feedForward * (gated ? 2 : 1)})
            .tensor(layer + "ffn_down.weight", {shape.feedForward, shape.width});
    }
    return draft.take();
}

gguf::Header bert()
{
    const Transformer shape{.architecture = "bert",
                            .layers = 12,
                            .width = 384,
                            .feedForward = 1536,
                            .heads = 12,
                            .keyHeads = 12,
                            .vocabulary = 30522,
                            .tied = true};
    Draft draft = begun(shape);
    draft.tensor("position_embd.weight", {shape.width, 512})
        .tensor("token_types.weight", {shape.width, 2})
        .norm("token_embd", shape.width);
    for (std::int64_t i = 0; i < shape.layers; ++i) {
        const std::string layer = layerName(i);
        addAttention(draft, shape, layer);
        draft.tensor(layer + "attn_q.bias", {shape.width}, TensorType::F32)
            .tensor(layer + "ffn_up.weight", {shape.width, shape.feedForward})
            .tensor(layer + "ffn_down.weight", {shape.feedForward, shape.width});
    }
    return draft.take();
}

// No attention, so no heads.
gguf::Header mamba()
{
    const Transformer shape{.architecture = "mamba",
                            .layers = 24,
                            .width = 768,
                            .heads = 0,
                            .keyHeads = 0,
                            .vocabulary = 50280,
                            .tied = true};
    constexpr std::int64_t kInner = 1536;
    Draft draft = begun(shape);
    draft.count("ssm.conv_kernel", 4)
        .count("ssm.inner_size", kInner)
        .count("ssm.state_size", 16)
        .count("ssm.time_step_rank", 48);
    for (std::int64_t i = 0; i < shape.layers; ++i) {
        const std::string layer = layerName(i);
        draft.norm(layer + "attn", shape.width)
            .tensor(layer + "ssm_in.weight", {shape.width, 2 * kInner})
            .tensor(layer + "ssm_conv1d.weight", {4, kInner}, TensorType::F32)
            .tensor(layer + "ssm_conv1d.bias", {kInner}, TensorType::F32)
            .tensor(layer + "ssm_x.weight", {kInner, 80})
            .tensor(layer + "ssm_dt.weight", {48, kInner})
            .tensor(layer + "ssm_dt.bias", {kInner}, TensorType::F32)
            .tensor(layer + "ssm_d", {kInner}, TensorType::F32)
            .tensor(layer + "ssm_a", {16, kInner}, TensorType::F32)
            .tensor(layer + "ssm_out.weight", {kInner, shape.width});
    }
    return draft.take();
}

// Published with experts that are quantized already.
gguf::Header gptOss()
{
    const Transformer shape{.architecture = "gpt-oss",
                            .layers = 24,
                            .width = 2880,
                            .feedForward = 2880,
                            .heads = 64,
                            .keyHeads = 8,
                            .headWidth = 64,
                            .vocabulary = 201088,
                            .experts = 32,
                            .expertsUsed = 4,
                            .type = TensorType::BF16};
    Draft draft = begun(shape);
    draft.count("attention.sliding_window", 128).count("expert_feed_forward_length", shape.feedForward);
    for (std::int64_t i = 0; i < shape.layers; ++i) {
        const std::string layer = layerName(i);
        addAttention(draft, shape, layer);
        addExperts(draft, shape, layer, TensorType::MXFP4);
        draft.tensor(layer + "attn_sinks.weight", {shape.heads}, TensorType::F32)
            .tensor(layer + "attn_output.bias", {shape.width}, TensorType::F32)
            .tensor(layer + "ffn_gate_inp.bias", {shape.experts}, TensorType::F32);
        for (const char *part : {"ffn_gate_exps.bias", "ffn_up_exps.bias", "ffn_down_exps.bias"})
            draft.tensor(layer + part, {shape.width, shape.experts}, TensorType::F32);
    }
    gguf::Header header = draft.take();
    for (gguf::Tensor &tensor : header.tensors) {
        if (const std::size_t at = tensor.name.find("ffn_norm"); at != tensor.name.npos)
            tensor.name.replace(at, 8, "post_attention_norm");
    }
    return header;
}

Transformer llama(std::int64_t layers, std::int64_t width, std::int64_t feedForward, std::int64_t heads,
                  std::int64_t keyHeads, std::int64_t vocabulary = 128256)
{
    return {.layers = layers,
            .width = width,
            .feedForward = feedForward,
            .heads = heads,
            .keyHeads = keyHeads,
            .vocabulary = vocabulary};
}

Transformer tied(Transformer shape)
{
    shape.tied = true;
    return shape;
}

Transformer named(const char *architecture, Transformer shape)
{
    shape.architecture = architecture;
    return shape;
}

Transformer withExperts(std::int64_t experts, Transformer shape)
{
    shape.experts = experts;
    return shape;
}

NamedModel plain(const char *name, const Transformer &shape)
{
    return {name, [shape] { return transformer(shape); }};
}

gguf::Header qwen3Moe()
{
    Transformer shape = named("qwen3moe", llama(48, 2048, 6144, 32, 4, 151936));
    shape.headWidth = 128;
    shape.experts = 128;
    shape.expertsUsed = 8;
    shape.expertFeedForward = 768;
    gguf::Header header = transformer(shape);
    header.values.push_back({"qwen3moe.expert_feed_forward_length", Value(std::uint32_t{768})});
    for (std::int64_t i = 0; i < shape.layers; ++i) {
        for (const char *part : {"attn_q_norm.weight", "attn_k_norm.weight"})
            header.tensors.push_back({layerName(i) + part, {shape.headWidth}, TensorType::F32});
    }
    return header;
}

Transformer gemma(std::int64_t layers, std::int64_t width, std::int64_t feedForward, std::int64_t heads,
                  std::int64_t keyHeads)
{
    Transformer shape = tied(named("gemma3", llama(layers, width, feedForward, heads, keyHeads, 262144)));
    shape.headWidth = 256;
    return shape;
}

} // namespace

const std::vector<NamedModel> &knownModels()
{
    static const std::vector<NamedModel> models = {
        plain("Llama 3.2 1B", tied(llama(16, 2048, 8192, 32, 8))),
        plain("Llama 3.1 8B", llama(32, 4096, 14336, 32, 8)),
        plain("Llama 3.1 70B", llama(80, 8192, 28672, 64, 8)),
        plain("Llama 65B", llama(80, 8192, 22016, 64, 64, 32000)),
        plain("Qwen2 72B", named("qwen2", llama(80, 8192, 29568, 64, 8, 152064))),
        plain("Qwen2.5 0.5B", tied(named("qwen2", llama(24, 896, 4864, 14, 2, 151936)))),
        {"Qwen3 30B A3B", [] { return qwen3Moe(); }},
        plain("Mixtral 8x7B", withExperts(8, llama(32, 4096, 14336, 32, 8, 32000))),
        plain("Mixtral 8x22B", withExperts(8, llama(56, 6144, 16384, 48, 8, 32768))),
        plain("four experts", withExperts(4, llama(24, 2048, 5632, 32, 32, 32000))),
        {"experts apart", expertsApart},
        {"Gemma 3 4B", [] { return gemma3(gemma(34, 2560, 10240, 8, 4)); }},
        {"Gemma 3 270M", [] { return gemma3(gemma(18, 640, 2048, 4, 1)); }},
        {"DeepSeek V2 Lite", [] { return deepseek2(false); }},
        {"DeepSeek V2 Lite, split", [] { return deepseek2(true); }},
        plain("SmolLM 135M", tied(llama(30, 576, 1536, 9, 3, 49152))),
        {"Phi 3 mini", [] { return fused(named("phi3", llama(32, 3072, 8192, 32, 32, 32064)), true); }},
        {"Falcon 7B", [] { return fused(named("falcon", llama(32, 4544, 18176, 71, 1, 65024)), false); }},
        {"Falcon 40B", [] { return fused(named("falcon", llama(60, 8192, 32768, 128, 8, 65024)), false); }},
        {"BGE small", [] { return bert(); }},
        {"Mamba 130M", [] { return mamba(); }},
        {"gpt-oss 20B", [] { return gptOss(); }},
        {"odd widths", oddWidths},
        {"layers twice", loops},
        plain("small experts", withExperts(8, llama(4, 256, 512, 4, 2, 300))),
        plain("68 layers", named("jais2", llama(68, 512, 768, 4, 4, 300))),
        plain("80 layers", named("olmo", llama(80, 256, 1024, 4, 4, 300))),
        {"stacked projections", bailingMoe3},
        {"a layer more", graniteSwitch},
        {"alignment of 256", otherAlignment},
        {"heads by layer", headsByLayer},
    };
    return models;
}

gguf::Header knownModel(const std::string &name)
{
    for (const NamedModel &model : knownModels()) {
        if (model.name == name)
            return model.make();
    }
    return {};
}

} // namespace snug::test
