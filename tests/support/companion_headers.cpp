// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/companion_headers.h"

#include "tests/support/model_draft.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace snug::test {

using gguf::TensorType;
using gguf::Value;

gguf::Header adapterOf(const gguf::Header &base, const std::vector<std::string> &tensors, std::int64_t rank)
{
    gguf::Header adapter;
    adapter.values = {{"general.architecture", *base.find("general.architecture")},
                      {"general.type", Value("adapter")},
                      {"adapter.type", Value("lora")},
                      {"adapter.lora.alpha", Value(16.0F)}};
    for (const std::string &name : tensors) {
        const auto found = std::find_if(base.tensors.begin(), base.tensors.end(),
                                        [&name](const auto &tensor) { return tensor.name == name; });
        const auto in = found->dims[0];
        const auto out = found->dims[1];
        // The embeddings' pair is turned round.
        const bool isLookedUp = name == "token_embd.weight";
        adapter.tensors.push_back(
            {name + ".lora_a", {isLookedUp ? rank : in, isLookedUp ? out : rank}, TensorType::F32});
        adapter.tensors.push_back({name + ".lora_b", {rank, isLookedUp ? in : out}, TensorType::F32});
    }
    return adapter;
}

gguf::Header projector(const Projector &shape)
{
    Draft draft("clip");
    const std::array<float, 3> half = {0.5F, 0.5F, 0.5F};
    draft.key("has_vision_encoder", Value(true))
        .key("projector_type", Value("gemma3"))
        .count("vision.embedding_length", shape.width)
        .count("vision.attention.head_count", shape.heads)
        .count("vision.feed_forward_length", shape.width * shape.netWidths)
        .count("vision.block_count", shape.layers)
        .count("vision.projection_dim", shape.modelWidth)
        .key("vision.attention.layer_norm_epsilon", Value(1e-6F))
        .count("vision.image_size", shape.imageSize)
        .count("vision.patch_size", shape.patchSize)
        .key("vision.image_mean", Value(gguf::Array::ofNumbers<float>(half)))
        .key("vision.image_std", Value(gguf::Array::ofNumbers<float>(half)));
    const std::int64_t patches = (shape.imageSize / shape.patchSize) * (shape.imageSize / shape.patchSize);
    draft.tensor("v.patch_embd.weight", {shape.patchSize, shape.patchSize, 3, shape.width})
        .tensor("v.patch_embd.bias", {shape.width}, TensorType::F32)
        .tensor("v.position_embd.weight", {shape.width, patches}, TensorType::F32)
        .tensor("mm.input_projection.weight", {shape.modelWidth, shape.width})
        .tensor("mm.soft_emb_norm.weight", {shape.width}, TensorType::F32);
    for (std::int64_t i = 0; i < shape.layers; ++i) {
        const std::string layer = fmt::format("v.blk.{}.", i);
        for (const char *name : {"attn_q", "attn_k", "attn_v", "attn_out"})
            draft.tensor(layer + name + ".weight", {shape.width, shape.width});
        for (const char *name : {"ln1", "ln2"})
            draft.tensor(layer + name + ".weight", {shape.width}, TensorType::F32)
                .tensor(layer + name + ".bias", {shape.width}, TensorType::F32);
        draft.tensor(layer + "ffn_up.weight", {shape.width, shape.width * shape.netWidths})
            .tensor(layer + "ffn_down.weight", {shape.width * shape.netWidths, shape.width});
    }
    gguf::Header header = draft.take();
    header.values.push_back({"general.type", Value("mmproj")});
    return header;
}

} // namespace snug::test
