// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/fit_search.h"

#include "core/base/units.h"
#include "core/fit/reported_memory.h"
#include "core/fit/request_check.h"
#include "core/fit/threshold.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

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

enum class Used { Yes, No };

// By how much the fullest GPU is too full, or would be empty.
double gpuExcess(const Allocation &allocation, Used used)
{
    double most = -std::numeric_limits<double>::infinity();
    for (auto gpu = allocation.memory.begin() + 1; gpu != allocation.memory.end(); ++gpu) {
        if (gpu->used() > 0 || used == Used::No)
            most = std::max(most, static_cast<double>(used == Used::Yes ? gpu->used() : 0) +
                                      static_cast<double>(kGpuMarginBytes - gpu->freeBytes));
    }
    return std::isfinite(most) ? most : 0;
}

double excess(const Allocation &allocation)
{
    const double host = static_cast<double>(hostUse(allocation)) +
                        static_cast<double>(kHostMarginBytes - allocation.memory.front().freeBytes);
    return allocation.memory.size() > 1 ? std::max(host, gpuExcess(allocation, Used::Yes)) : host;
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

// The most layers on the GPU; memory grows with their number. `asked` is the answer for all, or for as many
// as were asked for.
Result<Allocation> mostLayers(const LoadRequest &request, const Allocation &asked, const Measure &measure,
                              const std::stop_token &stop)
{
    SNUG_TRY(Allocation best, withLayers(request, 0, measure));
    Threshold search({0, gpuExcess(asked, Used::No)}, {asked.layers, gpuExcess(asked, Used::Yes)});
    while (!search.found()) {
        if (stop.stop_requested())
            return cancelled();
        const std::int64_t layers = search.next();
        SNUG_TRY(Allocation tried, withLayers(request, static_cast<int>(layers), measure));
        search.put({layers, gpuExcess(tried, Used::Yes)});
        if (search.largest() == layers)
            best = std::move(tried);
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

// The largest context with the layers of `placed`.
Result<std::int64_t> largestContext(LoadRequest request, const Allocation &placed, const Measure &measure,
                                    const std::stop_token &stop)
{
    request.gpuLayers = placed.gpuLayers;
    const auto excessWith = [&](std::int64_t tokens) -> Result<double> {
        if (stop.stop_requested())
            return cancelled();
        request.contextTokens = tokens;
        const auto tried = measure(request);
        if (!tried && tried.error().kind == ErrorKind::Cancelled)
            return cancelled();
        // A context that cannot even be simulated fits nowhere.
        return tried ? excess(*tried) : std::numeric_limits<double>::infinity();
    };
    const std::int64_t trained = std::max<std::int64_t>(placed.trainingContext, 1);
    // Most models fit at their training length.
    SNUG_TRY(const double most, excessWith(trained));
    if (most <= 0)
        return trained;
    const Threshold::Point longest{(trained + kContextStep - 1) / kContextStep, most};
    Threshold::Point low{placed.contextTokens / kContextStep, excess(placed)};
    if (low.at < 1 || low.at >= longest.at || low.excess > 0) {
        SNUG_TRY(low.excess, excessWith(kContextStep));
        low.at = 1;
    }
    if (low.excess > 0 || longest.at <= 1)
        return 0;
    Threshold search(low, longest);
    while (!search.found()) {
        const std::int64_t steps = search.next();
        SNUG_TRY(const double found, excessWith(steps * kContextStep));
        search.put({steps, found});
    }
    return search.largest() * kContextStep;
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
        SNUG_TRY(answer.allocation, mostLayers(request, asked, corrected(measure), stop));
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
