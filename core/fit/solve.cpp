// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/solve.h"

#include "core/fit/improvements.h"
#include "core/fit/remedies.h"
#include "core/fit/suggestion_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace snug::fit {
namespace {

void append(std::vector<Suggestion> found, std::vector<Suggestion> &suggestions)
{
    std::move(found.begin(), found.end(), std::back_inserter(suggestions));
}

Result<const LevelOption *> levelOf(const SolveRequest &asked)
{
    const auto found = std::find_if(asked.levels.begin(), asked.levels.end(),
                                    [&](const LevelOption &option) { return option.level == asked.level; });
    if (found == asked.levels.end())
        return fail(ErrorKind::NotFound,
                    fmt::format("{} is not among the levels of this model.", asked.level));
    return &*found;
}

void addRemedies(const Situation &situation, Solution &solution)
{
    if (isBetter(situation.roomiest, situation.now)) {
        LoadRequest freed = situation.request;
        freed.gpuLayers = -1;
        solution.suggestions.push_back(
            otherLayers(situation, {&situation.level, std::move(freed), situation.roomiest}));
    }
    if (situation.roomiest.verdict == Verdict::Gpu)
        return;
    if (situation.hasGpu)
        append(remedies(situation, Goal::Whole), solution.suggestions);
    if (situation.roomiest.verdict != Verdict::No || !solution.suggestions.empty())
        return;
    append(remedies(situation, Goal::AtAll), solution.suggestions);
    if (solution.suggestions.empty() && !situation.trials.exhausted())
        solution.hopeless = hopelessness(situation);
}

} // namespace

Result<Solution> solve(const SolveRequest &asked, const std::stop_token &stop)
{
    SNUG_TRY(const LevelOption *level, levelOf(asked));
    Trials trials(asked.mostMeasurements, stop);
    const Measure measure = trials.measureOf(*level);
    Situation situation{asked, *level, asked.request, {}, {}, false, bestTrades(asked.levels), trials};
    SNUG_TRY(situation.now, place(asked.request, measure, stop));
    if (asked.request.contextTokens == 0)
        situation.request.contextTokens = situation.now.allocation.contextTokens;
    LoadRequest freed = situation.request;
    freed.gpuLayers = -1;
    SNUG_TRY(situation.roomiest, place(freed, measure, stop));
    SNUG_TRY(const Allocation everywhere, trials.measure(*level, freed));
    situation.hasGpu = everywhere.memory.size() > 1 || !gpuIds(asked).empty();

    Solution solution;
    if (situation.now.verdict != Verdict::Gpu)
        addRemedies(situation, solution);
    append(improvements(situation), solution.suggestions);
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");
    solution.now = std::move(situation.now);
    solution.measurements = trials.spent();
    solution.complete = !trials.exhausted();
    return solution;
}

} // namespace snug::fit
