// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/pace_record.h"

#include "backends/llama/engine_params.h"
#include "backends/llama/header_copy.h"
#include "backends/llama/probe.h"
#include "core/base/median.h"
#include "core/fit/device_overheads.h"
#include "core/fit/load_speeds.h"
#include "core/fit/speed_forecast.h"

#include <algorithm>
#include <ctime>
#include <optional>
#include <vector>

namespace snug::cli {
namespace {

// Tokens, to tell anything.
constexpr std::int64_t kFewestGenerated = 32;
constexpr std::int64_t kFewestRead = 64;

bool tells(const llama::RequestPace &pace)
{
    return pace.generatedTokens >= kFewestGenerated || pace.promptTokens >= kFewestRead;
}

// Against what is predicted for a context as full as it was then.
std::optional<fit::SpeedRun> runOf(const fit::SpeedForecast &forecast, const fit::TokenWork &work,
                                   const fit::Allocation &allocation, const llama::RequestPace &pace,
                                   int cpuExpertLayers)
{
    fit::SpeedRequest asked;
    asked.promptTokens = std::max<std::int64_t>(1, pace.promptTokens);
    asked.knownTokens = pace.cachedTokens;
    asked.fillTokens = pace.cachedTokens + pace.promptTokens + pace.generatedTokens / 2;
    asked.cpuExpertLayers = cpuExpertLayers;
    fit::RawSpeed reached;
    if (pace.promptTokens >= kFewestRead)
        reached.promptSeconds = pace.promptSeconds;
    if (pace.generatedTokens >= kFewestGenerated)
        reached.tokenSeconds = pace.generationSeconds / static_cast<double>(pace.generatedTokens);
    return forecast.runOf(work, allocation, asked, reached, std::time(nullptr));
}

double usual(const std::vector<fit::SpeedRun> &runs, double fit::SpeedRun::*ratio)
{
    std::vector<double> known;
    for (const fit::SpeedRun &run : runs) {
        if (run.*ratio > 0)
            known.push_back(run.*ratio);
    }
    return median(std::move(known));
}

void warn(const VerbContext &context, const Result<void> &kept)
{
    if (!kept)
        context.log("warning", kept.error().message);
}

} // namespace

void rememberLoad(const VerbContext &context, std::span<const fit::Device> devices,
                  const llama::ServerReady &ready)
{
    const std::string engine = llama::engineVersion();
    warn(context, fit::rememberLoad(fit::loadSpeedsFile(context.paths), devices, ready.allocation, engine,
                                    ready.loadSeconds));
    for (const fit::Device &device : devices) {
        const auto measured = ready.overheads.find(device.id);
        if (measured != ready.overheads.end())
            warn(context, fit::rememberOverhead(fit::deviceOverheadsFile(context.paths), device, engine,
                                                measured->second));
    }
}

void rememberPace(const VerbContext &context, std::span<const fit::Device> devices,
                  const fit::LoadRequest &request, const llama::ServerReady &ready,
                  std::span<const llama::RequestPace> paces)
{
    const bool anything = std::any_of(paces.begin(), paces.end(), tells);
    // What is loaded beside it changes the pace.
    const bool alone = request.draft.empty() && request.loras.empty();
    if (!anything || !alone || request.parallel != 1 || ready.threads != llama::usualThreads(0))
        return;
    const auto copy = llama::HeaderCopy::make(request.model);
    const auto work = copy ? fit::tokenWork(copy->headers()) : tl::make_unexpected(copy.error());
    if (!work)
        return;
    const fit::SpeedForecast forecast(context.paths, devices, llama::engineVersion());
    std::vector<fit::SpeedRun> runs;
    for (const llama::RequestPace &pace : paces) {
        if (!tells(pace))
            continue;
        if (auto run = runOf(forecast, *work, ready.allocation, pace, request.cpuExpertLayers))
            runs.push_back(*std::move(run));
    }
    if (runs.empty())
        return;
    // One long evening must not push out what other models taught.
    fit::SpeedRun run = runs.back();
    run.promptRatio = usual(runs, &fit::SpeedRun::promptRatio);
    run.tokenRatio = usual(runs, &fit::SpeedRun::tokenRatio);
    warn(context, fit::rememberSpeedRun(fit::speedRunsFile(context.paths), run));
}

} // namespace snug::cli
