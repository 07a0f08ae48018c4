// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/units.h"
#include "core/fit/situation.h"
#include "core/fit/solve.h"

#include <fmt/format.h>

namespace snug::fit {
namespace {

constexpr int kMostForWays = 32;

Suggestion way(const Outcome &outcome)
{
    return {SuggestionKind::Level,
            {},
            {},
            outcome.option->level,
            outcome.request,
            outcome.answer.verdict,
            outcome.answer.allocation.gpuLayers};
}

// "at 16 384 with 2 of 36 layers on the CPU"
std::string asAsked(const FitAnswer &answer, std::int64_t context)
{
    const Allocation &allocation = answer.allocation;
    if (answer.verdict == Verdict::Partial)
        return fmt::format("at {} with {} of {} layers on the CPU", formatCount(context),
                           allocation.layers - allocation.gpuLayers, allocation.layers);
    return fmt::format("at {} on the CPU alone", formatCount(context));
}

} // namespace

Result<WaysToRun> waysToRun(const LevelOption &level, const LoadRequest &asked, const std::stop_token &stop)
{
    Trials trials(kMostForWays, stop);
    LoadRequest request = asked;
    request.gpuLayers = -1;
    SNUG_TRY(FitAnswer placed, place(request, trials.measureOf(level), stop));
    if (request.contextTokens == 0)
        request.contextTokens = placed.allocation.contextTokens;
    WaysToRun ways;
    if (placed.verdict == Verdict::Gpu) {
        ways.best = way({&level, request, placed});
        ways.text = fmt::format("{} runs wholly on the GPU.", level.level);
        return ways;
    }
    LoadRequest shorter = request;
    shorter.contextTokens = longestWhole(trials, level, request, placed.allocation.trainingContext);
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");
    if (shorter.contextTokens > 0) {
        if (const auto outcome = outcomeOf(trials, level, shorter)) {
            ways.best = way(*outcome);
            ways.text = fmt::format("{} runs wholly on the GPU at a context of {} tokens", level.level,
                                    formatCount(shorter.contextTokens));
        }
    }
    if (placed.verdict != Verdict::No) {
        ways.text += ways.best ? ", or " : level.level + " runs ";
        ways.text += asAsked(placed, request.contextTokens);
        if (!ways.best)
            ways.best = way({&level, request, placed});
    }
    if (ways.best)
        ways.text += ".";
    return ways;
}

} // namespace snug::fit
