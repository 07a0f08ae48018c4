// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/rough_companions.h"

#include "core/fit/cache_bytes.h"
#include "core/fit/companion_check.h"
#include "core/fit/own_draft.h"
#include "core/fit/rough_memory.h"
#include "core/quant/tensor_role.h"

#include <algorithm>
#include <string_view>

namespace snug::fit {
namespace {

// No size of pictures that an encoder was trained with comes near.
constexpr std::int64_t kMostPatches = std::int64_t{1} << 16;
constexpr std::int64_t kMostWidth = std::int64_t{1} << 16;
constexpr std::int64_t kMostPixels = std::int64_t{1} << 14; // of one side
constexpr std::int64_t kNumber = 4;

std::int64_t count(const gguf::Header &header, std::string_view key, std::int64_t most)
{
    const gguf::Value *value = header.find(key);
    return value == nullptr ? 0 : std::clamp<std::int64_t>(value->integer().value_or(0), 0, most);
}

// The working memory of an encoder of pictures (clip_image_build_graph in tools/mtmd/clip.cpp, with flash
// attention): the vectors of each patch several times, for attention or for the net.
std::int64_t encoderBytes(const gguf::Header &projector, std::int64_t side)
{
    const std::int64_t patch =
        std::max<std::int64_t>(count(projector, "clip.vision.patch_size", kMostPixels), 1);
    const std::int64_t width = count(projector, "clip.vision.embedding_length", kMostWidth);
    const std::int64_t inner = count(projector, "clip.vision.feed_forward_length", kMostWidth);
    const std::int64_t patches = std::min(side / patch * (side / patch), kMostPatches);
    return kNumber * patches * std::max(5 * width, 3 * width + inner);
}

// Entries hold rising layers: those in main memory come first.
std::size_t entryOf(std::int64_t layer, const Allocation &allocation)
{
    std::int64_t end = 0;
    for (std::size_t i = 0; i < allocation.memory.size(); ++i) {
        end += allocation.memory[i].layers;
        if (layer < end)
            return i;
    }
    return 0;
}

std::size_t entryOf(const RoughCompanions::AdapterPart &part, const LoadRequest &request,
                    const Allocation &allocation)
{
    if (part.layer == RoughCompanions::kOutput)
        return request.gpuLayers == 0 ? 0 : allocation.memory.size() - 1;
    if (part.layer < 0 || (part.experts && part.layer < request.cpuExpertLayers))
        return 0;
    return entryOf(part.layer, allocation);
}

// llama::draftParams has it from the server.
LoadRequest draftRequest(const LoadRequest &request, const Allocation &allocation)
{
    LoadRequest draft;
    draft.contextTokens = allocation.contextTokens;
    draft.parallel = request.parallel;
    draft.gpuLayers = request.gpuLayers == 0 ? 0 : -1;
    draft.device = request.device;
    return draft;
}

Result<void> addDraftOf(const RoughCompanions &companions, std::span<const Device> machine,
                        const LoadRequest &request, Allocation &allocation)
{
    auto &memory = allocation.memory;
    SNUG_TRY(const Allocation draft,
             roughAllocation(*companions.draft, machine, draftRequest(request, allocation)));
    for (const DeviceMemory &entry : draft.memory) {
        const auto same = std::find_if(memory.begin(), memory.end(), [&entry](const DeviceMemory &other) {
            return other.device == entry.device;
        });
        DeviceMemory &here = same == memory.end() ? memory.front() : *same;
        (companions.ownDraft ? here.weights : here.draft) += entry.weights;
        here.draft += entry.kvCache + entry.compute;
    }
    return {};
}

} // namespace

Result<void> addDraft(std::span<const gguf::Header> parts, RoughCompanions &companions)
{
    SNUG_TRY(companions.draft, roughModel(parts));
    return {};
}

Result<void> addOwnDraft(std::span<const gguf::Header> model, RoughCompanions &companions)
{
    SNUG_TRY(companions.draft, predictingLayers(model));
    companions.ownDraft = true;
    SNUG_TRY(const ModelShape shape, shapeOf(model));
    if (!keepsStatesOfGuesses(shape.architecture))
        return {};
    for (std::size_t i = 0; i < shape.layers.size(); ++i) {
        if (shape.layers[i].recurrent)
            companions.states.push_back(
                {static_cast<std::int64_t>(i), cacheBytes(shape, shape.layers[i], {}).states});
    }
    return {};
}

void addAdapter(const gguf::Header &adapter, RoughCompanions &companions)
{
    for (const gguf::Tensor &tensor : adapter.tensors) {
        const std::string_view base = adaptedTensor(tensor.name);
        if (base.empty())
            continue;
        RoughCompanions::AdapterPart part;
        part.bytes = gguf::tensorBytes(tensor.type, tensor.dims).value_or(0);
        part.layer = quant::layerOf(base);
        part.experts = base.find("_exps.") != base.npos || base.find("_chexps.") != base.npos;
        if (part.layer < 0)
            part.layer = base.starts_with("output") ? RoughCompanions::kOutput : RoughCompanions::kEmbeddings;
        companions.adapters.push_back(part);
    }
}

void addProjector(const gguf::Header &projector, RoughCompanions &companions)
{
    companions.projectorWeights = projector.tensorBytes();
    constexpr std::int64_t kColours = 3;
    const std::int64_t side = count(projector, "clip.vision.image_size", kMostPixels);
    companions.projectorCompute = encoderBytes(projector, side);
    companions.picture = kNumber * kColours * side * side;
}

Result<void> addCompanions(const RoughCompanions &companions, std::span<const Device> machine,
                           const LoadRequest &request, Allocation &allocation)
{
    auto &memory = allocation.memory;
    for (const auto &part : companions.adapters)
        memory[entryOf(part, request, allocation)].lora += part.bytes;
    if (companions.projectorWeights > 0) {
        const bool onGpu = allocation.gpuLayers > 0 && memory.size() > 1;
        memory[onGpu ? 1 : 0].projector += companions.projectorWeights + companions.projectorCompute;
        // Beside the encoder, its place is used again.
        if (onGpu)
            memory.front().projector += companions.picture;
        allocation.notes.emplace_back("The projector's working memory is estimated; its weights are exact.");
    }
    const int guesses = request.draftTokens > 0 ? request.draftTokens : LoadRequest::kUsualDraftTokens;
    for (const auto &state : companions.states)
        memory[entryOf(state.layer, allocation)].kvCache += state.bytes * request.parallel * guesses;
    return companions.draft ? addDraftOf(companions, machine, request, allocation) : Result<void>();
}

} // namespace snug::fit
