// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/dry_run.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace snug::llama {

// Left free on each GPU for what no forecast sees: the driver's context, temporary buffers, the desktop.
inline constexpr std::int64_t kGpuMarginBytes = 512LL * 1024 * 1024;
// Left free of main memory, so that loading a model does not swap the desktop out.
inline constexpr std::int64_t kHostMarginBytes = 512LL * 1024 * 1024;

enum class Verdict { Gpu, Partial, Cpu, No };

// "gpu", "partial", "cpu", "no", as in the `fit` answer.
[[nodiscard]] std::string verdictName(Verdict verdict);

struct FitAnswer {
    Allocation allocation;
    Verdict verdict = Verdict::No;
    std::optional<std::int64_t> maxContext; // the largest that gets the same verdict; none if nothing fits
    std::vector<std::string> notes;         // sentences for people
};

// Whether everything fits into what is free now, margins kept.
[[nodiscard]] bool fits(const Allocation &allocation);

// The best placement of `request`: with gpuLayers -1 the most layers on the GPU that fit, else what was asked
// for. A dozen dry runs at most. REQUIRES as dryRun. Fails as dryRun, or Cancelled.
[[nodiscard]] Result<FitAnswer> place(const LoadRequest &request, std::stop_token stop);

// place(), and the largest context up to the training length with the same number of layers on the GPU.
[[nodiscard]] Result<FitAnswer> searchFit(const LoadRequest &request, std::stop_token stop);

} // namespace snug::llama
