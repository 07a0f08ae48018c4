// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/allocation.h"
#include "core/fit/load_request.h"
#include "core/fit/verdict.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace snug::fit {

// Left free on each GPU for what no forecast sees: the driver's context, temporary buffers, the desktop.
inline constexpr std::int64_t kGpuMarginBytes = std::int64_t{512} << 20;
// Left free of main memory, so that loading a model does not swap the desktop out.
inline constexpr std::int64_t kHostMarginBytes = std::int64_t{512} << 20;

struct FitAnswer {
    Allocation allocation;
    Verdict verdict = Verdict::No;
    std::int64_t maxContext = 0;    // the largest that fits in the same way; 0 if none does
    std::string cpuReason;          // why no layer is on a GPU, to follow "because"; empty if one is
    std::vector<std::string> notes; // sentences for people
};

// Tells what a request takes: the engine's dry run, the rough arithmetic, or a test's table.
using Measure = std::function<Result<Allocation>(const LoadRequest &)>;

// Whether everything fits into what is free now, margins kept. Memory of GPUs that share main memory counts
// there too.
[[nodiscard]] bool fits(const Allocation &allocation);

// The best placement of `request`: with gpuLayers -1 the most layers on the GPU that fit, else what was asked
// for. Two measurements, and two or three more where not all layers fit. What devices report of
// their memory is corrected (reported_memory.h), with a note. REQUIRES as `measure`. Fails as checkRequest,
// as `measure`, or Cancelled.
[[nodiscard]] Result<FitAnswer> place(const LoadRequest &request, const Measure &measure,
                                      const std::stop_token &stop);

// place(), and the largest context up to the training length with the same number of layers on the GPU: a
// multiple of 256, or the training length itself.
[[nodiscard]] Result<FitAnswer> searchFit(const LoadRequest &request, const Measure &measure,
                                          const std::stop_token &stop);

} // namespace snug::fit
