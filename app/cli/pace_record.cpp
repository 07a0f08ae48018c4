// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/pace_record.h"

#include "backends/llama/engine_params.h"
#include "backends/llama/header_copy.h"
#include "backends/llama/probe.h"
#include "core/fit/speed_forecast.h"

#include <algorithm>
#include <ctime>

namespace snug::cli {

void rememberPace(const VerbContext &context, std::span<const fit::Device> devices,
                  const fit::LoadRequest &request, const llama::ServerReady &ready,
                  const llama::EnginePace &pace)
{
    constexpr std::int64_t kFewest = 32; // tokens, to tell anything
    if (pace.generatedTokens < kFewest || request.parallel != 1 || ready.threads != llama::usualThreads(0))
        return;
    const auto copy = llama::HeaderCopy::make(request.model);
    const auto work = copy ? fit::tokenWork(copy->headers()) : tl::make_unexpected(copy.error());
    if (!work)
        return;
    // Prompts come in pieces of all sizes, so only generation is compared.
    fit::SpeedRequest speed;
    speed.fillTokens = std::min(pace.promptTokens + pace.generatedTokens / 2, ready.allocation.contextTokens);
    speed.cpuExpertLayers = request.cpuExpertLayers;
    fit::RawSpeed reached;
    reached.tokenSeconds = pace.generationSeconds / static_cast<double>(pace.generatedTokens);
    const fit::SpeedForecast forecast(context.paths, devices, llama::engineVersion());
    const auto run = forecast.runOf(*work, ready.allocation, speed, reached, std::time(nullptr));
    if (!run)
        return;
    if (auto kept = fit::rememberSpeedRun(fit::speedRunsFile(context.paths), *run); !kept)
        context.log("warning", kept.error().message);
}

} // namespace snug::cli
