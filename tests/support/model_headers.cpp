// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/model_headers.h"

#include "tests/support/model_draft.h"

#include <fmt/format.h>

namespace snug::test {

using gguf::TensorType;
using gguf::Value;

namespace {

void addShape(Draft &draft, const Transformer &shape)
{
    draft.count("block_count", shape.layers)
        .count("context_length", 8192)
        .count("embedding_length", shape.width)
        .count("feed_forward_length", shape.feedForward)
        .count("attention.head_count", shape.heads)
        .count("attention.head_count_kv", shape.keyHeads)
        .key("attention.layer_norm_rms_epsilon", Value(1e-5F))
        .key("attention.layer_norm_epsilon", Value(1e-5F))
        .count("vocab_size", shape.vocabulary);
    if (shape.headWidth > 0)
        draft.count("attention.key_length", shape.headWidth).count("attention.value_length", shape.headWidth);
    if (shape.experts > 0)
        draft.count("expert_count", shape.experts).count("expert_used_count", shape.expertsUsed);
}

void addVocabulary(Draft &draft, const Transformer &shape)
{
    draft.tensor("token_embd.weight", {shape.width, shape.vocabulary}, shape.type);
    if (!shape.tied)
        draft.tensor("output.weight", {shape.width, shape.vocabulary}, shape.type);
    draft.norm("output", shape.width);
}

} // namespace

void addAttention(Draft &draft, const Transformer &shape, const std::string &layer)
{
    const std::int64_t headWidth = shape.headWidth > 0 ? shape.headWidth : shape.width / shape.heads;
    const std::int64_t query = headWidth * shape.heads;
    const std::int64_t key = headWidth * shape.keyHeads;
    draft.norm(layer + "attn", shape.width)
        .tensor(layer + "attn_q.weight", {shape.width, query}, shape.type)
        .tensor(layer + "attn_k.weight", {shape.width, key}, shape.type)
        .tensor(layer + "attn_v.weight", {shape.width, key}, shape.type)
        .tensor(layer + "attn_output.weight", {query, shape.width}, shape.type);
}

void addFeedForward(Draft &draft, const Transformer &shape, const std::string &layer)
{
    draft.norm(layer + "ffn", shape.width)
        .tensor(layer + "ffn_gate.weight", {shape.width, shape.feedForward}, shape.type)
        .tensor(layer + "ffn_up.weight", {shape.width, shape.feedForward}, shape.type)
        .tensor(layer + "ffn_down.weight", {shape.feedForward, shape.width}, shape.type);
}

void addExperts(Draft &draft, const Transformer &shape, const std::string &layer,
                std::optional<TensorType> expertType)
{
    const std::int64_t inner = shape.expertFeedForward > 0 ? shape.expertFeedForward : shape.feedForward;
    const TensorType type = expertType.value_or(shape.type);
    draft.norm(layer + "ffn", shape.width)
        .tensor(layer + "ffn_gate_inp.weight", {shape.width, shape.experts}, TensorType::F32)
        .tensor(layer + "ffn_gate_exps.weight", {shape.width, inner, shape.experts}, type)
        .tensor(layer + "ffn_up_exps.weight", {shape.width, inner, shape.experts}, type)
        .tensor(layer + "ffn_down_exps.weight", {inner, shape.width, shape.experts}, type);
}

std::string layerName(std::int64_t layer)
{
    return fmt::format("blk.{}.", layer);
}

Draft begun(const Transformer &shape)
{
    Draft draft(shape.architecture);
    addShape(draft, shape);
    addVocabulary(draft, shape);
    return draft;
}

gguf::Header transformer(const Transformer &shape)
{
    Draft draft = begun(shape);
    for (std::int64_t i = 0; i < shape.layers; ++i) {
        addAttention(draft, shape, layerName(i));
        if (shape.experts > 0)
            addExperts(draft, shape, layerName(i));
        else
            addFeedForward(draft, shape, layerName(i));
    }
    return draft.take();
}

} // namespace snug::test
