// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/projector_width.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace snug::fit {
namespace {

struct Teller {
    std::string_view kind; // clip.projector_type
    std::string_view tensor;
    std::size_t dimension = 0;
};

constexpr std::array<Teller, 29> kTellers = {{
    {"gemma3", "mm.input_projection.weight", 0},
    {"gemma3nv", "mm.input_projection.weight", 0},
    {"gemma4v", "mm.input_projection.weight", 1},
    {"gemma4uv", "mm.input_projection.weight", 1},
    {"gemma4a", "mm.a.input_projection.weight", 1},
    {"gemma4ua", "mm.a.input_projection.weight", 1},
    {"idefics3", "mm.model.fc.weight", 1},
    {"llama4", "mm.model.fc.weight", 1},
    {"deepseekocr", "mm.model.fc.weight", 1},
    {"deepseekocr2", "mm.model.fc.weight", 1},
    {"hunyuanvl", "mm.model.fc.weight", 1},
    {"qwen2vl_merger", "mm.2.bias", 0},
    {"qwen2.5vl_merger", "mm.2.bias", 0},
    {"exaone4_5", "mm.2.bias", 0},
    {"youtuvl", "mm.2.bias", 0},
    {"janus_pro", "mm.1.bias", 0},
    {"pixtral", "mm.2.weight", 1},
    {"lightonocr", "mm.2.weight", 1},
    {"phi4", "mm.2.weight", 1},
    {"dots_ocr", "mm.2.weight", 1},
    {"lfm2", "mm.2.weight", 1},
    {"kimivl", "mm.2.weight", 1},
    {"internvl", "mm.model.mlp.3.weight", 1},
    {"nemotron_v2_vl", "mm.model.mlp.3.weight", 1},
    {"ultravox", "mm.a.mlp.2.weight", 1},
    {"voxtral", "mm.a.mlp.2.weight", 1},
    {"qwen3a", "mm.a.mlp.2.weight", 1},
    {"musicflamingo", "mm.a.mlp.2.weight", 1},
    {"qwen2a", "mm.a.fc.weight", 1},
}};

std::optional<std::int64_t> widthFrom(const gguf::Header &projector, std::string_view kind)
{
    const auto *teller = std::find_if(kTellers.begin(), kTellers.end(),
                                      [kind](const Teller &entry) { return entry.kind == kind; });
    if (teller == kTellers.end())
        return {};
    const auto tensor =
        std::find_if(projector.tensors.begin(), projector.tensors.end(),
                     [teller](const gguf::Tensor &entry) { return entry.name == teller->tensor; });
    if (tensor == projector.tensors.end() || tensor->dims.size() <= teller->dimension)
        return {};
    return tensor->dims[teller->dimension];
}

} // namespace

std::optional<std::int64_t> projectorWidth(const gguf::Header &projector)
{
    // One for both, or one for pictures and one for sound, which then are equally wide.
    for (const char *key :
         {"clip.projector_type", "clip.vision.projector_type", "clip.audio.projector_type"}) {
        const gguf::Value *kind = projector.find(key);
        if (kind == nullptr || kind->text() == nullptr)
            continue;
        if (const auto width = widthFrom(projector, *kind->text()))
            return width;
    }
    return {};
}

} // namespace snug::fit
