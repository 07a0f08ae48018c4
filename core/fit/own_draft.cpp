// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/own_draft.h"

#include "core/gguf/text.h"
#include "core/model/architecture_keys.h"
#include "core/model/shape.h"
#include "core/quant/tensor_role.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace snug::fit {
namespace {

struct Predicting {
    std::string_view architecture;
    bool several; // it runs more than one such layer; of the others, the engine runs exactly one
};

constexpr std::array<Predicting, 14> kPredicting = {{{"bailingmoe3", false},
                                                     {"cohere2moe", false},
                                                     {"deepseek2", false},
                                                     {"deepseek32", false},
                                                     {"deepseek4", false},
                                                     {"glm-dsa", false},
                                                     {"glm4moe", false},
                                                     {"hy_v3", true},
                                                     {"mimo2", true},
                                                     {"nemotron_h_moe", false},
                                                     {"qwen35", false},
                                                     {"qwen35moe", false},
                                                     {"qwen3next", false},
                                                     {"step35", true}}};

constexpr std::array<std::string_view, 5> kKeepStates = {"bailingmoe3", "deepseek4", "nemotron_h_moe",
                                                         "qwen35", "qwen35moe"};

// Nets that read another model's hidden state; src/llama-arch.cpp.
constexpr std::array<std::string_view, 3> kHeads = {"dflash", "eagle3", "gemma4-assistant"};

tl::unexpected<Error> cannot(std::string_view reason, std::string message)
{
    return fail(ErrorKind::Unsupported, std::move(message), {{"reason", std::string(reason)}},
                "Choose a small model of the same family as its draft instead.");
}

bool has(std::span<const gguf::Header> model, std::string_view name)
{
    return std::any_of(model.begin(), model.end(), [name](const gguf::Header &part) {
        return std::any_of(part.tensors.begin(), part.tensors.end(),
                           [name](const gguf::Tensor &tensor) { return tensor.name == name; });
    });
}

Result<void> checkTensors(std::span<const gguf::Header> model, std::int64_t first, std::int64_t end)
{
    for (std::int64_t layer = first; layer < end; ++layer) {
        for (const std::string_view part : {"eh_proj", "enorm", "hnorm"}) {
            if (!has(model, fmt::format("blk.{}.nextn.{}.weight", layer, part)))
                return cannot(
                    "predicting_tensors",
                    "The file does not hold the layers that predict further tokens; whoever made it "
                    "left them out.");
        }
    }
    return {};
}

} // namespace

Result<void> checkOwnDraft(std::span<const gguf::Header> model)
{
    const ArchitectureKeys keys(model.front().values);
    const std::int64_t layers = keys.count("block_count").value_or(0);
    const std::int64_t count = keys.count("nextn_predict_layers").value_or(0);
    if (count < 1 || count >= layers)
        return cannot("no_predicting_layers", "The model has no layers that predict further tokens.");
    const auto *const known = std::find_if(kPredicting.begin(), kPredicting.end(), [&](const auto &entry) {
        return entry.architecture == keys.architecture();
    });
    if (known == kPredicting.end())
        return cannot(
            "predicting_architecture",
            fmt::format("The engine does not run the layers of a {} model that predict further tokens.",
                        gguf::escaped(keys.architecture(), 100)));
    if (count > 1 && !known->several)
        return cannot(
            "predicting_count",
            fmt::format("The model has {} layers that predict further tokens; the engine runs one.", count));
    return checkTensors(model, layers - count, layers);
}

bool isDraftHead(const gguf::Header &first)
{
    const ArchitectureKeys keys(first.values);
    if (std::find(kHeads.begin(), kHeads.end(), keys.architecture()) != kHeads.end())
        return true;
    return keys.count("nextn_predict_layers").value_or(0) > 0 &&
           !has(std::span(&first, 1), "blk.0.attn_norm.weight");
}

bool keepsStatesOfGuesses(std::string_view architecture)
{
    return std::find(kKeepStates.begin(), kKeepStates.end(), architecture) != kKeepStates.end();
}

Result<RoughModel> predictingLayers(std::span<const gguf::Header> model)
{
    SNUG_TRY(ModelShape shape, shapeOf(model));
    const std::int64_t first = shape.trunk;
    shape.layers.erase(shape.layers.begin(), shape.layers.begin() + first);
    shape.trunk = shape.ownLayers = static_cast<std::int64_t>(shape.layers.size());
    // Only attention: such layers keep no state.
    for (LayerShape &layer : shape.layers) {
        layer.cached = true;
        layer.recurrent = false;
    }
    std::vector<gguf::Tensor> tensors;
    for (const gguf::Header &part : model) {
        for (const gguf::Tensor &tensor : part.tensors) {
            const std::int64_t layer = quant::layerOf(tensor.name);
            const std::size_t dot = tensor.name.find('.', tensor.name.find('.') + 1);
            if (layer < first || dot == std::string::npos)
                continue;
            tensors.push_back(tensor);
            tensors.back().name = fmt::format("blk.{}{}", layer - first, tensor.name.substr(dot));
        }
    }
    return roughModel(std::move(shape), tensors);
}

} // namespace snug::fit
