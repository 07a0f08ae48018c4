// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/graph_memory.h"
#include "core/fit/layer_weights.h"
#include "core/model/shape.h"

namespace snug::fit {

// Where the main memory's and the GPU's places are in a GraphMemory.
inline constexpr std::size_t kHostPlaces = 0;
inline constexpr std::size_t kGpuPlaces = 1;

// How one layer is computed for a batch of `tokens`.
struct LayerRun {
    std::int64_t tokens = 512;
    bool onGpu = false;        // computed there
    bool weightsOnGpu = false; // else each matrix is copied there before its turn, and the cache too
    bool expertsOnGpu = false;
    bool rotated = false;      // the cache is quantized
    bool last = false;         // of the model
    std::int64_t keyCache = 0; // bytes of this layer's
    std::int64_t valueCache = 0;
};

// Adds the steps of one layer, as build_arch_graph in src/models puts them in order, and returns its result.
[[nodiscard]] GraphMemory::Step addLayer(GraphMemory &memory, const ModelShape &model,
                                         const LayerShape &layer, const LayerWeights &weights,
                                         const LayerRun &run, GraphMemory::Step input);

} // namespace snug::fit
