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
#include <optional>
#include <utility>

namespace snug::fit {
namespace {

constexpr std::int64_t kContextStep = 256; // the engine rounds contexts up to this
constexpr double kUnknown = std::numeric_limits<double>::infinity();

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

// What was asked first, for what it tells of the machine, and the answer.
struct Placed {
    Allocation first;
    Allocation best;
};

// The most layers on the GPU that `search` finds; memory grows with their number. `first`, if anything was
// asked before, with every GPU that there is.
Result<Placed> mostLayers(const LoadRequest &request, Threshold search, std::optional<Allocation> first,
                          const Measure &measure, const std::stop_token &stop)
{
    std::optional<Allocation> best;
    while (!search.found()) {
        if (stop.stop_requested())
            return cancelled();
        const std::int64_t layers = search.next();
        SNUG_TRY(Allocation tried, withLayers(request, static_cast<int>(layers), measure));
        search.put({layers, gpuExcess(tried, Used::Yes)});
        if (!first)
            first = tried;
        if (search.largest() == layers)
            best = std::move(tried);
    }
    if (!best) {
        SNUG_TRY(best, withLayers(request, 0, measure));
    }
    return Placed{first ? *std::move(first) : *best, *std::move(best)};
}

// The most that fit by another measure; nothing if that has no answer, or all do.
std::optional<Placed> guessed(const LoadRequest &request, const Measure &guess, const std::stop_token &stop);

// `measure` corrects reports.
Result<Placed> placed(const LoadRequest &request, const Measure &measure, const Measure &guess,
                      const std::stop_token &stop)
{
    const auto likely = guess && request.gpuLayers < 0 ? guessed(request, guess, stop) : std::nullopt;
    if (likely) {
        const Threshold::Point beyond{likely->best.layers + 1, gpuExcess(likely->first, Used::Yes)};
        const Threshold::Point none{0, gpuExcess(likely->first, Used::No)};
        return mostLayers(request, Threshold(none, beyond, likely->best.gpuLayers), {}, measure, stop);
    }
    SNUG_TRY(const Allocation asked, measure(request));
    if (request.gpuLayers >= 0 || gpusFit(asked))
        return Placed{asked, asked};
    const Threshold::Point all{asked.layers, gpuExcess(asked, Used::Yes)};
    const Threshold::Point none{0, gpuExcess(asked, Used::No)};
    // All were expected to fit: it cannot be many fewer.
    const Threshold search = guess ? Threshold(none, all, asked.layers - 1) : Threshold(none, all);
    return mostLayers(request, search, asked, measure, stop);
}

std::optional<Placed> guessed(const LoadRequest &request, const Measure &guess, const std::stop_token &stop)
{
    auto likely = placed(request, corrected(guess), {}, stop);
    if (!likely || likely->best.gpuLayers >= likely->best.layers)
        return {};
    return *std::move(likely);
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

// How much too large a context is, for so many layers on the GPU.
class ContextSearch {
public:
    ContextSearch(LoadRequest request, const Allocation &placed, const Measure &measure,
                  const std::stop_token &stop)
        : m_request(std::move(request))
        , m_placed(placed)
        , m_measure(measure)
        , m_stop(stop)
        , m_trained(std::max<std::int64_t>(placed.trainingContext, 1))
        , m_longest((m_trained + kContextStep - 1) / kContextStep)
    {
        m_request.gpuLayers = placed.gpuLayers;
    }

    [[nodiscard]] Result<std::int64_t> largest()
    {
        // Most models fit at their training length.
        SNUG_TRY(const double tooMuch, most());
        if (tooMuch <= 0)
            return m_trained;
        Threshold::Point low = start();
        if (low.at < 1) {
            SNUG_TRY(low.excess, excessWith(1));
            low.at = 1;
        }
        if (low.excess > 0 || m_longest <= 1)
            return 0;
        return found(Threshold(low, {m_longest, tooMuch}));
    }

    // `guess`: tokens; `most`: by how much too large the longest context is thought to be.
    [[nodiscard]] Result<std::int64_t> near(std::int64_t guess, double most)
    {
        const std::int64_t steps = guess >= m_trained ? m_longest : guess / kContextStep;
        return found(Threshold(start(), {m_longest + 1, most}, steps));
    }

    // By how much the longest context is too large.
    [[nodiscard]] Result<double> most() { return excessWith(m_longest); }

private:
    // What is known to fit; at 0 if nothing is.
    [[nodiscard]] Threshold::Point start() const
    {
        const std::int64_t steps = m_placed.contextTokens / kContextStep;
        const double tooMuch = excess(m_placed);
        return steps < 1 || steps >= m_longest || tooMuch > 0 ? Threshold::Point{0, -kUnknown}
                                                              : Threshold::Point{steps, tooMuch};
    }

    [[nodiscard]] Result<double> excessWith(std::int64_t steps)
    {
        if (m_stop.stop_requested())
            return cancelled();
        m_request.contextTokens = tokensOf(steps);
        const auto tried = m_measure(m_request);
        if (!tried && tried.error().kind == ErrorKind::Cancelled)
            return cancelled();
        // A context that cannot even be simulated fits nowhere.
        return tried ? excess(*tried) : kUnknown;
    }

    [[nodiscard]] Result<std::int64_t> found(Threshold search)
    {
        while (!search.found()) {
            const std::int64_t steps = search.next();
            SNUG_TRY(const double tooMuch, excessWith(steps));
            search.put({steps, tooMuch});
        }
        return tokensOf(search.largest());
    }

    [[nodiscard]] std::int64_t tokensOf(std::int64_t steps) const
    {
        return std::min(steps * kContextStep, m_trained);
    }

    LoadRequest m_request;
    const Allocation &m_placed;
    const Measure &m_measure;
    const std::stop_token &m_stop;
    std::int64_t m_trained = 0;
    std::int64_t m_longest = 0;
};

// The largest context with the layers of `placed`.
Result<std::int64_t> largestContext(LoadRequest request, const Allocation &placed, const Measure &measure,
                                    const Measure &guess, const std::stop_token &stop)
{
    ContextSearch search(request, placed, measure, stop);
    if (!guess)
        return search.largest();
    request.gpuLayers = placed.gpuLayers;
    const Measure likely = corrected(guess);
    const auto alike = likely(request);
    if (!alike)
        return search.largest();
    ContextSearch expected(request, *alike, likely, stop);
    SNUG_TRY(const std::int64_t tokens, expected.largest());
    SNUG_TRY(const double most, expected.most());
    return search.near(tokens, most);
}

} // namespace

bool fits(const Allocation &allocation)
{
    return hostFits(allocation) && gpusFit(allocation);
}

Result<FitAnswer> place(const LoadRequest &request, const Measure &measure, const std::stop_token &stop,
                        const Measure &guess)
{
    SNUG_CHECK(checkRequest(request));
    FitAnswer answer;
    const Measure noting = [&measure, &answer](const LoadRequest &asked) {
        auto allocation = measure(asked);
        if (allocation) {
            auto notes = correctReports(*allocation);
            if (answer.notes.empty())
                answer.notes = std::move(notes);
        }
        return allocation;
    };
    SNUG_TRY(Placed found, placed(request, noting, guess, stop));
    answer.allocation = std::move(found.best);
    if (stop.stop_requested())
        return cancelled();
    showReserves(answer.allocation);
    const auto &notes = answer.allocation.notes;
    answer.notes.insert(answer.notes.end(), notes.begin(), notes.end());
    answer.verdict = judge(answer.allocation);
    if (answer.allocation.gpuLayers == 0)
        answer.cpuReason = whyCpu(request, found.first);
    explain(request, answer);
    return answer;
}

Result<FitAnswer> searchFit(const LoadRequest &request, const Measure &measure, const std::stop_token &stop,
                            const Measure &guess)
{
    SNUG_TRY(FitAnswer answer, place(request, measure, stop, guess));
    SNUG_TRY(answer.maxContext, largestContext(request, answer.allocation, corrected(measure), guess, stop));
    return answer;
}

} // namespace snug::fit
