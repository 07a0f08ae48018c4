// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/layer_weights.h"
#include "core/gguf/header.h"
#include "core/model/shape.h"

#include <cstdint>
#include <span>
#include <vector>

namespace snug::fit {

// Bytes that computing one batch of 512 tokens needs beside weights and cache, without what grows with the
// context.
struct ComputeForm {
    std::int64_t host = 0; // in main memory, where no GPU is used
    std::int64_t hostBesideGpu = 0;
    std::int64_t hostMixed = 0;    // beside a GPU that computes with layers in main memory
    std::int64_t gpu = 0;          // on a GPU that has the layers' weights
    std::int64_t gpuLends = 0;     // on a GPU that computes with experts in main memory too
    std::int64_t gpuMixed = 0;     // on a GPU that computes with layers in main memory too,
    std::int64_t gpuMixedBase = 0; // and this with one layer's cache on top, if that is more

    bool operator==(const ComputeForm &) const = default;
};

// A model at one level, prepared for any number of answers. Owns all that it needs.
struct RoughModel {
    ModelShape shape;
    std::vector<LayerWeights> layers; // as many as shape.layers
    std::vector<LayerShape> kinds;    // of layers that remember alike
    std::vector<std::size_t> kindOf;  // of each layer
    std::int64_t input = 0;           // embeddings: always in main memory
    std::int64_t output = 0;          // last norm and matrix, on the GPU with any layer
    std::int64_t tied = 0;     // embeddings that are the output matrix too: once more with another place
    bool tiedRepacked = false; // which the processor wants in an order of its own
    ComputeForm plain;         // with a cache of floating point numbers
    ComputeForm rotated;       // with a quantized cache
};

// A file as it is. `parts`: all of one model, in order; not empty. Tens of microseconds. Fails as shapeOf,
// with Corrupt (reason "bad_shape") or TooLarge (reason "overflow").
[[nodiscard]] Result<RoughModel> roughModel(std::span<const gguf::Header> parts);

// The same tensors at a level that need not exist: quant::tensorsOf tells how a plan would store them.
// `shape` of the headers that they came from. Fails as above.
[[nodiscard]] Result<RoughModel> roughModel(ModelShape shape, std::span<const gguf::Tensor> tensors);

// When no tensor is known, only how large they are together, as before a large header is fetched: shared out
// as the usual matrices of such a shape share their numbers, so the parts are less certain than their sum.
// Fails with InvalidArgument (reason "no_size") for 0 bytes or less, or TooLarge (reason "overflow").
[[nodiscard]] Result<RoughModel> roughModel(ModelShape shape, std::int64_t weightBytes);

} // namespace snug::fit
