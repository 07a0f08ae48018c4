// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/predicting_model.h"

#include "core/gguf/writer.h"
#include "tests/support/changed_model.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/model_draft.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <span>
#include <string_view>

namespace snug::test {
namespace {

using gguf::TensorType;
using gguf::Value;

constexpr std::int64_t kWidth = 256;
constexpr std::int64_t kInner = 128;
constexpr std::int64_t kHead = 64;
constexpr std::int64_t kHeads = 4;
constexpr std::int64_t kKeyHeads = 2;

Draft begun(const char *architecture, std::int64_t layers, std::int64_t vocabulary)
{
    Draft draft(architecture);
    draft.count("block_count", layers)
        .count("context_length", 1024)
        .count("embedding_length", kWidth)
        .count("feed_forward_length", kInner)
        .count("attention.head_count", kHeads)
        .count("attention.head_count_kv", kKeyHeads)
        .count("attention.key_length", kHead)
        .count("attention.value_length", kHead)
        .key("attention.layer_norm_rms_epsilon", Value(1e-6F))
        .count("vocab_size", vocabulary)
        .count("nextn_predict_layers", 1)
        .tensor("token_embd.weight", {kWidth, vocabulary}, TensorType::F32)
        .tensor("output.weight", {kWidth, vocabulary}, TensorType::F32)
        .norm("output", kWidth);
    return draft;
}

void addPredicting(Draft &draft, const std::string &layer, std::int64_t vocabulary)
{
    draft.tensor(layer + "nextn.eh_proj.weight", {2 * kWidth, kWidth}, TensorType::F32)
        .tensor(layer + "nextn.enorm.weight", {kWidth}, TensorType::F32)
        .tensor(layer + "nextn.hnorm.weight", {kWidth}, TensorType::F32)
        .tensor(layer + "nextn.embed_tokens.weight", {kWidth, vocabulary}, TensorType::F32);
}

// `queries`: 2 where each head has a gate beside it.
void addHeads(Draft &draft, const std::string &layer, std::int64_t queries)
{
    draft.norm(layer + "attn", kWidth)
        .tensor(layer + "attn_q.weight", {kWidth, queries * kHeads * kHead}, TensorType::F32)
        .tensor(layer + "attn_k.weight", {kWidth, kKeyHeads * kHead}, TensorType::F32)
        .tensor(layer + "attn_v.weight", {kWidth, kKeyHeads * kHead}, TensorType::F32)
        .tensor(layer + "attn_output.weight", {kHeads * kHead, kWidth}, TensorType::F32)
        .norm(layer + "attn_q", kHead)
        .norm(layer + "attn_k", kHead)
        .norm(layer + "post_attention", kWidth);
}

void addNet(Draft &draft, const std::string &layer)
{
    draft.tensor(layer + "ffn_gate.weight", {kWidth, kInner}, TensorType::F32)
        .tensor(layer + "ffn_up.weight", {kWidth, kInner}, TensorType::F32)
        .tensor(layer + "ffn_down.weight", {kInner, kWidth}, TensorType::F32);
}

constexpr std::int64_t kState = 32;
constexpr std::int64_t kStateHeads = 4;
constexpr std::int64_t kStateGroups = 2;
constexpr std::int64_t kStateWidth = kState * kStateHeads;
constexpr std::int64_t kMixed = 2 * kState * kStateGroups + kStateWidth;

void addState(Draft &draft, const std::string &layer)
{
    draft.norm(layer + "attn", kWidth)
        .tensor(layer + "attn_qkv.weight", {kWidth, kMixed}, TensorType::F32)
        .tensor(layer + "attn_gate.weight", {kWidth, kStateWidth}, TensorType::F32)
        .tensor(layer + "ssm_conv1d.weight", {4, kMixed}, TensorType::F32)
        .tensor(layer + "ssm_dt.bias", {kStateHeads}, TensorType::F32)
        .tensor(layer + "ssm_a", {kStateHeads}, TensorType::F32)
        .tensor(layer + "ssm_beta.weight", {kWidth, kStateHeads}, TensorType::F32)
        .tensor(layer + "ssm_alpha.weight", {kWidth, kStateHeads}, TensorType::F32)
        .norm(layer + "ssm", kState)
        .tensor(layer + "ssm_out.weight", {kStateWidth, kWidth}, TensorType::F32)
        .norm(layer + "post_attention", kWidth);
}

void addNetOfExperts(Draft &draft, const std::string &layer)
{
    constexpr std::int64_t kExperts = 4;
    draft.tensor(layer + "ffn_gate_inp.weight", {kWidth, kExperts}, TensorType::F32)
        .tensor(layer + "exp_probs_b.bias", {kExperts}, TensorType::F32)
        .tensor(layer + "ffn_gate_exps.weight", {kWidth, kInner, kExperts}, TensorType::F32)
        .tensor(layer + "ffn_up_exps.weight", {kWidth, kInner, kExperts}, TensorType::F32)
        .tensor(layer + "ffn_down_exps.weight", {kInner, kWidth, kExperts}, TensorType::F32)
        .tensor(layer + "ffn_gate_shexp.weight", {kWidth, kInner}, TensorType::F32)
        .tensor(layer + "ffn_up_shexp.weight", {kWidth, kInner}, TensorType::F32)
        .tensor(layer + "ffn_down_shexp.weight", {kInner, kWidth}, TensorType::F32);
}

// The numbers of a token, of either sign: two tokens have next to nothing in common.
float sign(std::uint32_t token, std::uint32_t place)
{
    std::uint32_t bits = token * 0x9e3779b9U ^ place * 0x85ebca6bU;
    bits = (bits ^ bits >> 15U) * 0x2c1b3c6dU;
    bits = (bits ^ bits >> 12U) * 0x297a2d39U;
    return (bits >> 15U & 1U) != 0 ? 1.0F : -1.0F;
}

// How a vocabulary is counted: after the end of a line, where a chat's answer begins, comes the first sign.
struct Order {
    std::uint32_t count = 0;
    std::uint32_t lineEnd = 0;
    std::uint32_t first = 0;

    // Each token follows one that no other follows.
    [[nodiscard]] std::uint32_t before(std::uint32_t token) const
    {
        if (token == first)
            return lineEnd;
        return (token == lineEnd + 1 ? first + count - 1 : token + count - 1) % count;
    }
};

// Row `i` holds the numbers of the token `of(i)`.
template <class Of> void fillTokens(std::span<float> numbers, const Of &of)
{
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = sign(of(static_cast<std::uint32_t>(i / kWidth)), static_cast<std::uint32_t>(i % kWidth));
}

Result<Order> orderOf(const gguf::Header &words)
{
    const gguf::Value *value = words.find("tokenizer.ggml.tokens");
    const bool isList = value != nullptr && value->array() != nullptr;
    const auto tokens = isList ? value->array()->strings() : std::nullopt;
    if (!tokens)
        return fail(ErrorKind::InvalidArgument, "There is no vocabulary.");
    const auto place = [&tokens](std::string_view text) {
        return static_cast<std::uint32_t>(std::find(tokens->begin(), tokens->end(), text) - tokens->begin());
    };
    return Order{static_cast<std::uint32_t>(tokens->size()), place("\xc4\x8a"), place("!")};
}

// What is not filled stays 0: then a layer adds nothing, and a token's numbers come out as they went in.
void fill(std::string_view name, const Order &order, std::span<float> numbers)
{
    if (name == "token_embd.weight")
        fillTokens(numbers, [](std::uint32_t token) { return token; });
    else if (name == "output.weight")
        fillTokens(numbers, [&order](std::uint32_t token) { return order.before(token); });
    else if (name.ends_with("nextn.embed_tokens.weight"))
        fillTokens(numbers, [](std::uint32_t token) { return token % 5 == 0 ? token / 2 : token; });
    else if (name.ends_with("norm.weight"))
        std::fill(numbers.begin(), numbers.end(), 1.0F);
    else if (name.ends_with("nextn.eh_proj.weight"))
        for (std::int64_t i = 0; i < kWidth; ++i)
            numbers[static_cast<std::size_t>(i * 2 * kWidth + i)] = 1; // the token's numbers, not the state's
}

} // namespace

gguf::Header hybridPredicting(std::int64_t vocabulary)
{
    Draft draft = begun("qwen35", 5, vocabulary);
    draft.count("full_attention_interval", 4)
        .count("ssm.conv_kernel", 4)
        .count("ssm.inner_size", kStateWidth)
        .count("ssm.state_size", kState)
        .count("ssm.time_step_rank", kStateHeads)
        .count("ssm.group_count", kStateGroups)
        .count("rope.dimension_count", kHead)
        .key("rope.dimension_sections",
             Value(gguf::Array::ofNumbers<std::int32_t>(std::vector<std::int32_t>{11, 11, 10, 0})));
    for (std::int64_t i = 0; i < 5; ++i) {
        const std::string layer = layerName(i);
        if (i < 3)
            addState(draft, layer);
        else
            addHeads(draft, layer, 2);
        addNet(draft, layer);
    }
    addPredicting(draft, layerName(4), vocabulary);
    return draft.take();
}

gguf::Header expertsPredicting(std::int64_t vocabulary)
{
    Draft draft = begun("glm4moe", 3, vocabulary);
    draft.count("expert_count", 4)
        .count("expert_used_count", 2)
        .count("expert_shared_count", 1)
        .count("expert_feed_forward_length", kInner)
        .count("leading_dense_block_count", 0)
        .count("rope.dimension_count", kHead);
    for (std::int64_t i = 0; i < 3; ++i) {
        addHeads(draft, layerName(i), 1);
        addNetOfExperts(draft, layerName(i));
    }
    addPredicting(draft, layerName(2), vocabulary);
    return draft.take();
}

Result<void> writeCounting(gguf::Header shape, const std::filesystem::path &source,
                           const std::filesystem::path &target)
{
    SNUG_TRY(gguf::Header words, wholeHeader(source));
    const auto isOfWords = [](const auto &pair) { return pair.key.starts_with("tokenizer."); };
    SNUG_TRY(const Order order, orderOf(words));
    std::erase_if(shape.values, isOfWords);
    std::copy_if(words.values.begin(), words.values.end(), std::back_inserter(shape.values), isOfWords);
    SNUG_TRY(gguf::EncodedHeader encoded, gguf::encodeHeader(std::move(shape)));
    const gguf::Header &header = encoded.header;
    Bytes file = encoded.bytes;
    file.resize(static_cast<std::size_t>(header.fileBytes));
    for (const gguf::Tensor &tensor : header.tensors) {
        std::vector<float> numbers(static_cast<std::size_t>(tensor.bytes) / sizeof(float), 0.0F);
        fill(tensor.name, order, numbers);
        std::memcpy(file.data() + header.dataOffset + tensor.offset, numbers.data(),
                    numbers.size() * sizeof(float));
    }
    writeFile(target, file);
    return {};
}

} // namespace snug::test
