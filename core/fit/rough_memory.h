// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/allocation.h"
#include "core/fit/load_request.h"
#include "core/fit/rough_model.h"

#include <span>

namespace snug::fit {

// What loading `model` would take, by arithmetic alone: the same entries as the engine's dry run, without its
// buffers. `machine`: the processor first, then GPUs, none of which need be there. 3 to 6 microseconds on
// average over the models of bench_fit; from any thread. Follows llama.cpp v0.5.0: src/llama-model.cpp for
// the places of weights, src/llama-kv-cache*.cpp for the cache, src/models and ggml/src/ggml-alloc.c for the
// compute buffers.
//
// Fails as checkRequest; with InvalidArgument (reason "no_host") for a machine without a processor, NotFound
// for a device that the machine has not, Unsupported (reason "kv_type") for a cache type that does not divide
// a head, or TooLarge (reason "overflow").
[[nodiscard]] Result<Allocation> roughAllocation(const RoughModel &model, std::span<const Device> machine,
                                                 const LoadRequest &request);

} // namespace snug::fit
