// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/fit_search.h"

#include "core/base/units.h"
#include "core/fit/reported_memory.h"
#include "core/fit/request_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace snug::fit {
namespace {

constexpr std::int64_t kContextStep = 256; // the engine rounds contexts up to this

tl::unexpected<Error> cancelled()
{
    return fail(ErrorKind::Cancelled, "Cancelled.");
}

// What main memory has to hold: its own buffers, and those of GPUs that have no memory of their own.
std::int64_t hostUse(const Allocation &allocation)
{
    std::int64_t bytes = 0;
    for (const auto &memory : allocation.memory) {
        if (&memory == &allocation.memory.front() || memory.sharesHost)
            bytes += memory.used();
    }
    return bytes;
}

bool hostFits(const Allocation &allocation)
{
    return hostUse(allocation) + kHostMarginBytes <= allocation.memory.front().freeBytes;
}

bool gpuFits(const DeviceMemory &gpu)
{
    return gpu.used() == 0 || gpu.used() + kGpuMarginBytes <= gpu.freeBytes;
}

bool gpusFit(const Allocation &allocation)
{
    return std::all_of(allocation.memory.begin() + 1, allocation.memory.end(), gpuFits);
}

// Says what gpuFits and hostFits keep free.
void showReserves(Allocation &allocation)
{
    for (auto &memory : allocation.memory) {
        const bool isHost = &memory == &allocation.memory.front();
        memory.reserve = isHost ? kHostMarginBytes : memory.used() > 0 ? kGpuMarginBytes : 0;
    }
}

// What a device cannot mean is put right before anything is concluded from it.
Measure corrected(const Measure &measure)
{
    return [&measure](const LoadRequest &request) {
        auto allocation = measure(request);
        if (allocation)
            correctReports(*allocation);
        return allocation;
    };
}

Result<Allocation> withLayers(LoadRequest request, int layers, const Measure &measure)
{
    request.gpuLayers = layers;
    return measure(request);
}

// Bisects for the most layers on the GPU; memory grows with their number.
Result<Allocation> mostLayers(const LoadRequest &request, int layers, const Measure &measure,
                              const std::stop_token &stop)
{
    int low = 0;
    int high = layers;
    SNUG_TRY(Allocation best, withLayers(request, 0, measure));
    while (low + 1 < high) {
        if (stop.stop_requested())
            return cancelled();
        const int middle = (low + high) / 2;
        SNUG_TRY(Allocation tried, withLayers(request, middle, measure));
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

std::string shortage(std::string_view where, std::int64_t used, std::int64_t margin, std::int64_t free)
{
    return fmt::format("{} lacks {}: {} and a margin of {} are needed, {} is free.", where,
                       formatBytes(used + margin - free), formatBytes(used), formatBytes(margin),
                       formatBytes(free));
}

void explainShortage(const Allocation &allocation, std::vector<std::string> &notes)
{
    for (auto gpu = allocation.memory.begin() + 1; gpu != allocation.memory.end(); ++gpu) {
        if (!gpuFits(*gpu))
            notes.push_back(shortage(gpu->device, gpu->used(), kGpuMarginBytes, gpu->freeBytes));
    }
    if (!hostFits(allocation))
        notes.push_back(shortage("Main memory", hostUse(allocation), kHostMarginBytes,
                                 allocation.memory.front().freeBytes));
}

// `all` is what was measured first, with every GPU that there is.
std::string whyCpu(const LoadRequest &request, const Allocation &all)
{
    if (request.gpuLayers == 0)
        return "--gpu-layers 0 asks for it";
    if (all.memory.size() < 2)
        return request.device.empty() ? "no GPU backend found a device" : "the chosen device is the CPU";
    const auto &gpu =
        *std::max_element(all.memory.begin() + 1, all.memory.end(),
                          [](const auto &a, const auto &b) { return a.freeBytes < b.freeBytes; });
    return fmt::format("the weights do not fit: not one layer goes into the {} that are free on {}",
                       formatBytes(gpu.freeBytes), gpu.device);
}

void explain(const LoadRequest &request, FitAnswer &answer)
{
    const Allocation &allocation = answer.allocation;
    if (answer.verdict == Verdict::No)
        explainShortage(allocation, answer.notes);
    if (answer.verdict == Verdict::Partial)
        answer.notes.push_back(fmt::format("{} of {} layers fit on the GPU, the others run on the CPU.",
                                           allocation.gpuLayers, allocation.layers));
    if (request.contextTokens > allocation.trainingContext && allocation.trainingContext > 0)
        answer.notes.push_back(
            fmt::format("The model was trained with {} tokens of context; beyond, answers get worse.",
                        formatCount(allocation.trainingContext)));
}

// The largest context with the layers of `placed`. Bounded: a step for each binary digit of the number of
// candidates.
Result<std::int64_t> largestContext(LoadRequest request, const Allocation &placed, const Measure &measure,
                                    const std::stop_token &stop)
{
    request.gpuLayers = placed.gpuLayers;
    const auto fitsWith = [&](std::int64_t tokens) {
        request.contextTokens = tokens;
        const auto tried = measure(request);
        return tried && fits(*tried);
    };
    const std::int64_t trained = std::max<std::int64_t>(placed.trainingContext, 1);
    // Most models fit at their training length.
    if (fitsWith(trained))
        return trained;
    std::int64_t low = 0; // fits, in steps
    std::int64_t high = (trained + kContextStep - 1) / kContextStep;
    while (low + 1 < high) {
        if (stop.stop_requested())
            return cancelled();
        const std::int64_t middle = (low + high) / 2;
        (fitsWith(middle * kContextStep) ? low : high) = middle;
    }
    return low * kContextStep;
}

} // namespace

bool fits(const Allocation &allocation)
{
    return hostFits(allocation) && gpusFit(allocation);
}

Result<FitAnswer> place(const LoadRequest &request, const Measure &measure, const std::stop_token &stop)
{
    SNUG_CHECK(checkRequest(request));
    FitAnswer answer;
    SNUG_TRY(Allocation asked, measure(request));
    answer.notes = correctReports(asked);
    answer.allocation = asked;
    if (request.gpuLayers < 0 && !gpusFit(asked)) {
        SNUG_TRY(answer.allocation, mostLayers(request, asked.layers, corrected(measure), stop));
    }
    if (stop.stop_requested())
        return cancelled();
    showReserves(answer.allocation);
    const auto &notes = answer.allocation.notes;
    answer.notes.insert(answer.notes.end(), notes.begin(), notes.end());
    answer.verdict = judge(answer.allocation);
    if (answer.allocation.gpuLayers == 0)
        answer.cpuReason = whyCpu(request, asked);
    explain(request, answer);
    return answer;
}

Result<FitAnswer> searchFit(const LoadRequest &request, const Measure &measure, const std::stop_token &stop)
{
    SNUG_TRY(FitAnswer answer, place(request, measure, stop));
    SNUG_TRY(answer.maxContext, largestContext(request, answer.allocation, corrected(measure), stop));
    return answer;
}

} // namespace snug::fit
