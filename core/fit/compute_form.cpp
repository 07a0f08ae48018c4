// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/compute_form.h"

#include "core/fit/graph_memory.h"
#include "core/fit/layer_graph.h"

#include <algorithm>

namespace snug::fit {
namespace {

// Layers that are computed alike, with the largest matrices of any.
struct Kind {
    LayerShape shape;
    LayerWeights weights;
};

bool alike(const LayerShape &a, const LayerShape &b)
{
    LayerShape other = b;
    other.window = a.window;
    return a == other;
}

void enlarge(LayerWeights &largest, const LayerWeights &weights)
{
    constexpr std::array kMatrices = {
        &LayerWeights::query,      &LayerWeights::key,        &LayerWeights::value,  &LayerWeights::output,
        &LayerWeights::gate,       &LayerWeights::up,         &LayerWeights::down,   &LayerWeights::expertUp,
        &LayerWeights::expertGate, &LayerWeights::expertDown, &LayerWeights::upRows, &LayerWeights::keyDown,
    };
    for (auto LayerWeights::*matrix : kMatrices)
        largest.*matrix = std::max(largest.*matrix, weights.*matrix);
}

// The layers that stand for all: those of a small model, else each kind twice, from when on places repeat.
struct Sequence {
    std::vector<Kind> kinds;
    std::vector<std::size_t> order;
    bool whole = false;
};

Sequence sequenceOf(const RoughModel &model)
{
    constexpr std::size_t kMost = 6; // bounds the work for files that differ in each layer
    constexpr std::int64_t kSmall = 4;
    Sequence sequence;
    std::vector<Kind> &kinds = sequence.kinds;
    sequence.whole = model.shape.trunk <= kSmall;
    for (std::size_t i = 0; i < static_cast<std::size_t>(model.shape.trunk); ++i) {
        const LayerShape &shape = model.shape.layers[i];
        const auto found = std::find_if(kinds.begin(), kinds.end(),
                                        [&shape](const Kind &kind) { return alike(kind.shape, shape); });
        const auto kind = static_cast<std::size_t>(found - kinds.begin());
        if (found != kinds.end())
            enlarge(found->weights, model.layers[i]);
        else if (kinds.size() < kMost)
            kinds.push_back({shape, model.layers[i]});
        if (sequence.whole)
            sequence.order.push_back(kind);
    }
    for (std::size_t kind = 0; kind < kinds.size() && !sequence.whole; ++kind)
        sequence.order.insert(sequence.order.end(), 2, kind);
    return sequence;
}

struct Peaks {
    std::int64_t host = 0;
    std::int64_t gpu = 0;
};

Peaks peaksOf(const ModelShape &shape, const Sequence &sequence, LayerRun run)
{
    constexpr std::int64_t kNumber = 4;
    constexpr std::int64_t kIndex = 8;
    const std::int64_t width = shape.width * run.tokens * kNumber;
    GraphMemory memory(2);
    const auto tokens = memory.input(kHostPlaces, run.tokens * kNumber);
    // Beside tokens, the engine takes vectors, of images for one.
    memory.input(kHostPlaces, width);
    const auto positions = memory.input(kHostPlaces, run.tokens * (kNumber + 2 * kIndex));
    auto current = memory.step(kHostPlaces, width, {tokens});
    if (run.onGpu)
        current = memory.step(kGpuPlaces, width, {current});
    for (std::size_t i = 0; i < sequence.order.size(); ++i) {
        const Kind &kind = sequence.kinds[sequence.order[i]];
        run.last = sequence.whole && i + 1 == sequence.order.size();
        current = addLayer(memory, shape, kind.shape, kind.weights, run, current);
    }
    memory.step(run.onGpu ? kGpuPlaces : kHostPlaces, 0, {current, positions});
    const auto &peaks = memory.run();
    return {peaks[kHostPlaces], peaks[kGpuPlaces]};
}

ComputeForm formOf(const ModelShape &shape, const Sequence &sequence, bool rotated)
{
    constexpr std::int64_t kLargeCache = std::int64_t{1} << 45;
    LayerRun run;
    run.tokens = kBatchTokens;
    run.rotated = rotated;
    ComputeForm form;
    form.host = peaksOf(shape, sequence, run).host;
    run.onGpu = run.weightsOnGpu = run.expertsOnGpu = true;
    const Peaks onGpu = peaksOf(shape, sequence, run);
    form.gpu = onGpu.gpu;
    form.hostBesideGpu = onGpu.host;
    run.expertsOnGpu = false;
    form.gpuLends = peaksOf(shape, sequence, run).gpu;
    run.weightsOnGpu = false;
    const Peaks mixed = peaksOf(shape, sequence, run);
    form.gpuMixed = mixed.gpu;
    form.hostMixed = mixed.host;
    run.keyCache = run.valueCache = kLargeCache;
    const std::int64_t large = peaksOf(shape, sequence, run).gpu;
    // A graph may copy no cache, one, or one of keys and one of values.
    form.gpuMixedBase = large % kLargeCache;
    return form;
}

} // namespace

void setComputeForms(RoughModel &model)
{
    const Sequence sequence = sequenceOf(model);
    model.plain = formOf(model.shape, sequence, false);
    model.rotated = formOf(model.shape, sequence, true);
}

} // namespace snug::fit
