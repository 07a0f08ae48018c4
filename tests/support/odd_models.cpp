// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/odd_models.h"

#include "tests/support/kept_names.h"
#include "tests/support/model_draft.h"
#include "tests/support/model_headers.h"

#include <array>

namespace snug::test {

using gguf::TensorType;
using gguf::Value;

gguf::Header expertsApart()
{
    constexpr std::int64_t kExperts = 8;
    Transformer shape{.layers = 16, .keyHeads = 2};
    gguf::Header header = transformer(shape);
    header.values.push_back({"llama.expert_count", Value(static_cast<std::uint32_t>(kExperts))});
    header.values.push_back({"llama.expert_used_count", Value(std::uint32_t{2})});
    for (std::int64_t i = 0; i < shape.layers * kExperts; ++i) {
        const std::string layer = layerName(i / kExperts);
        const std::string expert = "." + std::to_string(i % kExperts) + ".weight";
        header.tensors.push_back({layer + "ffn_gate" + expert, {shape.width, shape.feedForward}, shape.type});
        header.tensors.push_back({layer + "ffn_up" + expert, {shape.width, shape.feedForward}, shape.type});
        header.tensors.push_back({layer + "ffn_down" + expert, {shape.feedForward, shape.width}, shape.type});
    }
    return header;
}

gguf::Header oddWidths()
{
    gguf::Header header = transformer({.layers = 3,
                                       .width = 100,
                                       .feedForward = 208,
                                       .heads = 5,
                                       .keyHeads = 5,
                                       .vocabulary = 70,
                                       .tied = true,
                                       .type = TensorType::BF16});
    header.tensors.push_back({"blk.2.extra.weight", {256, 4, 1, 1}, TensorType::F16});
    header.tensors.push_back({"blk.2.vector.weight", {256, 1}, TensorType::F16});
    header.tensors.push_back({"fives", {256, 4}, TensorType::F16});
    for (const char *kept : kKeptNames)
        header.tensors.push_back({kept, {256, 4}, TensorType::F16});
    header.tensors.push_back({"blk.10.later.weight", {64, 6}, TensorType::F32});
    return header;
}

gguf::Header loops()
{
    gguf::Header header = transformer({.architecture = "nanbeige",
                                       .layers = 8,
                                       .width = 512,
                                       .feedForward = 1024,
                                       .heads = 8,
                                       .keyHeads = 2});
    header.values.push_back({"nanbeige.num_loops", Value(std::uint32_t{2})});
    return header;
}

gguf::Header bailingMoe3()
{
    Transformer shape{.architecture = "bailingmoe3", .layers = 3, .experts = 16};
    gguf::Header header = transformer(shape);
    const auto add = [&header](const std::string &suffix, const Value &value) {
        header.values.push_back({"bailingmoe3." + suffix, value});
    };
    for (const char *suffix :
         {"attention.key_length_mla", "attention.value_length_mla", "attention.kv_lora_rank",
          "ssm.conv_kernel", "kda.head_dim", "expert_feed_forward_length", "expert_shared_count",
          "leading_dense_block_count", "expert_gating_func"})
        add(suffix, Value(std::uint32_t{1}));
    add("kda.gate_lower_bound", Value(-1.0F));
    header.tensors.push_back({"blk.0.attn_k_b.weight", {256, 64, 4}, TensorType::F16});
    return header;
}

gguf::Header graniteSwitch()
{
    gguf::Header header =
        transformer({.architecture = "graniteswitch", .layers = 15, .width = 512, .feedForward = 768});
    const auto add = [&header](const std::string &suffix, const Value &value) {
        header.values.push_back({"graniteswitch." + suffix, value});
    };
    const std::array<std::int32_t, 1> token = {1};
    add("logit_scale", Value(1.0F));
    add("adapters.count", Value(std::uint32_t{1}));
    add("adapters.lora_rank", Value(std::uint32_t{8}));
    add("adapters.token_ids_activate", Value(gguf::Array::ofNumbers<std::int32_t>(token)));
    add("adapters.token_ids_substitute", Value(gguf::Array::ofNumbers<std::int32_t>(token)));
    return header;
}

gguf::Header otherAlignment()
{
    gguf::Header header =
        transformer({.layers = 2, .width = 96, .feedForward = 160, .heads = 3, .keyHeads = 3});
    header.values.push_back({"general.alignment", Value(std::uint32_t{256})});
    return header;
}

gguf::Header headsByLayer()
{
    gguf::Header header =
        transformer({.architecture = "deci", .layers = 80, .width = 1024, .feedForward = 512});
    const std::vector<std::uint32_t> heads(80, 8);
    std::vector<std::uint32_t> keyHeads(80, 1);
    keyHeads.front() = 4;
    for (gguf::KeyValue &pair : header.values) {
        if (pair.key == "deci.attention.head_count")
            pair.value = Value(gguf::Array::ofNumbers<std::uint32_t>(heads));
        if (pair.key == "deci.attention.head_count_kv")
            pair.value = Value(gguf::Array::ofNumbers<std::uint32_t>(keyHeads));
    }
    constexpr std::int64_t kHead = 1024 / 8;
    for (gguf::Tensor &tensor : header.tensors) {
        if (tensor.name.ends_with("attn_k.weight") || tensor.name.ends_with("attn_v.weight"))
            tensor.dims[1] = kHead * (tensor.name.starts_with("blk.0.") ? 4 : 1);
    }
    return header;
}

} // namespace snug::test
