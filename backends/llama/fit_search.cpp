// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/fit_search.h"

#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace snug::llama {
namespace {

constexpr std::int64_t kContextStep = 256; // the engine rounds contexts up to this

tl::unexpected<Error> cancelled()
{
    return fail(ErrorKind::Cancelled, "Cancelled.");
}

bool hostFits(const Allocation &allocation)
{
    const auto &host = allocation.memory.front();
    return host.used() + kHostMarginBytes <= host.freeBytes;
}

bool gpusFit(const Allocation &allocation)
{
    return std::all_of(allocation.memory.begin() + 1, allocation.memory.end(),
                       [](const fit::DeviceMemory &gpu) {
                           return gpu.used() == 0 || gpu.used() + kGpuMarginBytes <= gpu.freeBytes;
                       });
}

// The engine counts the output layer: one more than the model's layers puts everything on the GPU.
Result<Allocation> withLayers(LoadRequest request, int layers, int modelLayers)
{
    request.gpuLayers = layers >= modelLayers ? modelLayers + 1 : layers;
    return dryRun(request);
}

// Bisects for the most layers on the GPU; memory grows with their number.
Result<Allocation> mostLayers(const LoadRequest &request, const Allocation &all, std::stop_token stop)
{
    int low = 0;
    int high = all.layers;
    SNUG_TRY(Allocation best, withLayers(request, 0, all.layers));
    while (low + 1 < high) {
        if (stop.stop_requested())
            return cancelled();
        const int middle = (low + high) / 2;
        SNUG_TRY(Allocation tried, withLayers(request, middle, all.layers));
        if (gpusFit(tried)) {
            low = middle;
            best = std::move(tried);
        } else {
            high = middle;
        }
    }
    return best;
}

Verdict judge(const Allocation &allocation)
{
    if (!fits(allocation))
        return Verdict::No;
    if (allocation.gpuLayers == 0)
        return Verdict::Cpu;
    return allocation.gpuLayers < allocation.layers ? Verdict::Partial : Verdict::Gpu;
}

void explain(const LoadRequest &request, FitAnswer &answer)
{
    const auto &allocation = answer.allocation;
    if (answer.verdict == Verdict::No) {
        for (const auto &memory : allocation.memory) {
            const auto margin = memory.device == "CPU" ? kHostMarginBytes : kGpuMarginBytes;
            const auto missing = memory.used() + margin - memory.freeBytes;
            if (missing > 0 && memory.used() > 0)
                answer.notes.push_back(
                    fmt::format("{} more is needed on {}: {} with a margin of {}, {} is free.",
                                formatBytes(missing), memory.device, formatBytes(memory.used()),
                                formatBytes(margin), formatBytes(memory.freeBytes)));
        }
    }
    if (request.contextTokens > allocation.trainingContext)
        answer.notes.push_back(
            fmt::format("The model was trained with {} tokens of context; beyond, answers get worse.",
                        formatCount(allocation.trainingContext)));
}

} // namespace

std::string verdictName(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Gpu:
        return "gpu";
    case Verdict::Partial:
        return "partial";
    case Verdict::Cpu:
        return "cpu";
    case Verdict::No:
        return "no";
    }
    return "no";
}

bool fits(const Allocation &allocation)
{
    return hostFits(allocation) && gpusFit(allocation);
}

Result<FitAnswer> place(const LoadRequest &request, std::stop_token stop)
{
    FitAnswer answer;
    SNUG_TRY(answer.allocation, dryRun(request));
    if (request.gpuLayers < 0 && !gpusFit(answer.allocation)) {
        SNUG_TRY(answer.allocation, mostLayers(request, answer.allocation, stop));
    }
    answer.verdict = judge(answer.allocation);
    explain(request, answer);
    return answer;
}

Result<FitAnswer> searchFit(const LoadRequest &request, std::stop_token stop)
{
    SNUG_TRY(FitAnswer answer, place(request, stop));
    LoadRequest wider = request;
    const auto &placed = answer.allocation;
    wider.gpuLayers = placed.gpuLayers >= placed.layers ? placed.layers + 1 : placed.gpuLayers;
    // Multiples of the step; `low` fits, `high` does not.
    std::int64_t low =
        answer.verdict == Verdict::No ? 0 : std::max<std::int64_t>(1, request.contextTokens / kContextStep);
    std::int64_t high = std::max(low, placed.trainingContext / kContextStep) + 1;
    if (answer.verdict == Verdict::No)
        high = std::min(high, std::max<std::int64_t>(1, request.contextTokens / kContextStep));
    while (low + 1 < high) {
        if (stop.stop_requested())
            return cancelled();
        // The upper end first: most models fit at their training length.
        const bool first = high == placed.trainingContext / kContextStep + 1;
        const std::int64_t middle = first ? high - 1 : (low + high) / 2;
        wider.contextTokens = middle * kContextStep;
        const auto tried = dryRun(wider);
        if (tried && fits(*tried))
            low = middle;
        else
            high = middle;
    }
    if (low > 0)
        answer.maxContext = low * kContextStep;
    return answer;
}

} // namespace snug::llama
