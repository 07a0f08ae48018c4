// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/remedies.h"

#include "core/base/units.h"
#include "core/fit/suggestion_text.h"
#include "core/quant/advice_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace snug::fit {
namespace {

using Found = std::optional<Suggestion>;

// What runs anyway, if slowly, is not to be ruined for speed.
double mostLossFor(Goal goal)
{
    double most = std::numeric_limits<double>::infinity();
    if (goal == Goal::AtAll)
        return most;
    for (const quant::QualityWord &word : quant::adviceTable().words)
        most = word.upTo.value_or(most);
    return most;
}

LoadRequest freed(const Situation &situation)
{
    LoadRequest request = situation.request;
    request.gpuLayers = -1;
    return request;
}

// The outcome, told by `tell`, of a request that is known to reach the goal.
Found told(const Situation &situation, const LevelOption &option, const LoadRequest &request,
           Suggestion (*tell)(const Situation &, const Outcome &))
{
    const auto outcome = outcomeOf(situation.trials, option, request);
    if (!outcome)
        return std::nullopt;
    return tell(situation, *outcome);
}

Found onOtherDevices(const Situation &situation, Goal goal)
{
    std::vector<std::string> choices = gpuIds(situation.asked);
    if (choices.size() > 1)
        choices.emplace_back();
    for (const std::string &choice : choices) {
        LoadRequest request = freed(situation);
        if (choice == request.device)
            continue;
        request.device = choice;
        if (situation.trials.reaches(goal, situation.level, request))
            return told(situation, situation.level, request, otherDevices);
    }
    // Not all of it, but more than on the one that was chosen.
    LoadRequest all = freed(situation);
    if (all.device.empty() || choices.empty())
        return std::nullopt;
    all.device.clear();
    const auto outcome = outcomeOf(situation.trials, situation.level, all);
    if (!outcome || !isBetter(outcome->answer, situation.roomiest))
        return std::nullopt;
    return otherDevices(situation, *outcome);
}

Found withKv(const Situation &situation, Goal goal, const std::string &type)
{
    LoadRequest request = freed(situation);
    request.kvType = type;
    if (!situation.trials.reaches(goal, situation.level, request))
        return std::nullopt;
    return told(situation, situation.level, request, coarserKv);
}

Found withFewerConversations(const Situation &situation, Goal goal)
{
    LoadRequest request = freed(situation);
    const std::int64_t most = lastThat(0, request.parallel, [&](std::int64_t parallel) {
        LoadRequest tried = request;
        tried.parallel = static_cast<int>(parallel);
        return situation.trials.reaches(goal, situation.level, tried);
    });
    if (most < 1)
        return std::nullopt;
    request.parallel = static_cast<int>(most);
    return told(situation, situation.level, request, fewerConversations);
}

Found atOtherLevel(const Situation &situation, Goal goal)
{
    const LoadRequest request = freed(situation);
    const LevelOption *best = bestThatReaches(situation, goal, request, mostLossFor(goal));
    if (best == nullptr || best == &situation.level)
        return std::nullopt;
    return told(situation, *best, request, smallerLevel);
}

// A `place` for each trial is dear, so running at all is looked for by halving.
std::int64_t longestAtAll(const Situation &situation)
{
    const std::int64_t least = leastContext(situation.now.allocation.trainingContext);
    LoadRequest tried = freed(situation);
    for (std::int64_t tokens = tried.contextTokens / 2; tokens >= least; tokens /= 2) {
        tried.contextTokens = (tokens + kContextStep - 1) / kContextStep * kContextStep;
        if (tried.contextTokens < situation.request.contextTokens &&
            situation.trials.reaches(Goal::AtAll, situation.level, tried))
            return tried.contextTokens;
    }
    return 0;
}

Found withLessContext(const Situation &situation, Goal goal)
{
    LoadRequest request = freed(situation);
    request.contextTokens = goal == Goal::AtAll ? longestAtAll(situation)
                                                : longestWhole(situation.trials, situation.level, request,
                                                               situation.now.allocation.trainingContext);
    if (request.contextTokens == 0)
        return std::nullopt;
    return told(situation, situation.level, request, lessContext);
}

Found withExpertsInMainMemory(const Situation &situation, Goal goal)
{
    LoadRequest request = freed(situation);
    const int all = situation.asked.expertLayers;
    if (goal == Goal::AtAll || request.cpuExpertLayers >= all)
        return std::nullopt;
    const auto tooFew = [&](std::int64_t layers) {
        LoadRequest tried = request;
        tried.cpuExpertLayers = static_cast<int>(layers);
        return !situation.trials.reaches(goal, situation.level, tried);
    };
    request.cpuExpertLayers =
        static_cast<int>(lastThat(request.cpuExpertLayers, std::int64_t{all} + 1, tooFew)) + 1;
    if (request.cpuExpertLayers > all)
        return std::nullopt;
    return told(situation, situation.level, request, moreExpertsInMainMemory);
}

LoadRequest changed(const Situation &situation, std::int64_t context, const std::string &kvType)
{
    LoadRequest request = freed(situation);
    request.parallel = 1;
    request.contextTokens = std::min(request.contextTokens, context);
    request.kvType = kvType;
    return request;
}

std::string coarserType(const Situation &situation)
{
    const auto types = coarserKvTypes(situation.request.kvType);
    return types.empty() ? situation.request.kvType : types.front();
}

// The smallest that can be asked for.
LoadRequest smallest(const Situation &situation)
{
    const auto types = coarserKvTypes(situation.request.kvType);
    return changed(situation, leastContext(situation.now.allocation.trainingContext),
                   types.empty() ? situation.request.kvType : types.back());
}

const LevelOption &smallestLevel(const Situation &situation, double mostLoss)
{
    const LevelOption *last = &situation.level;
    for (const LevelOption *option : situation.trades) {
        if (*option->loss <= mostLoss)
            last = option;
    }
    return *last;
}

Found together(const Situation &situation, Goal goal)
{
    constexpr std::int64_t kModest = 4096;
    const double mostLoss = mostLossFor(goal);
    // Spares the search where there is nothing to be found.
    if (!situation.trials.reaches(goal, smallestLevel(situation, mostLoss), smallest(situation)))
        return std::nullopt;
    const std::int64_t asked = situation.request.contextTokens;
    const std::string &kvType = situation.request.kvType;
    const std::vector<LoadRequest> requests = {
        changed(situation, asked, coarserType(situation)), changed(situation, kModest, kvType),
        changed(situation, kModest, coarserType(situation)), smallest(situation)};
    for (const LoadRequest &request : requests) {
        if (const LevelOption *best = bestThatReaches(situation, goal, request, mostLoss))
            return told(situation, *best, request, combination);
    }
    return std::nullopt;
}

void add(Found found, std::vector<Suggestion> &suggestions)
{
    if (found)
        suggestions.push_back(*std::move(found));
}

} // namespace

std::vector<Suggestion> remedies(const Situation &situation, Goal goal)
{
    std::vector<Suggestion> suggestions;
    add(onOtherDevices(situation, goal), suggestions);
    const auto kvTypes = coarserKvTypes(situation.request.kvType);
    Found coarse;
    bool fineEnough = false;
    for (const std::string &type : kvTypes) {
        if (fineEnough)
            break;
        Found found = withKv(situation, goal, type);
        fineEnough = found.has_value();
        if (type == "q8_0")
            add(std::move(found), suggestions);
        else
            coarse = std::move(found);
    }
    add(withFewerConversations(situation, goal), suggestions);
    add(atOtherLevel(situation, goal), suggestions);
    add(withLessContext(situation, goal), suggestions);
    add(withExpertsInMainMemory(situation, goal), suggestions);
    add(std::move(coarse), suggestions);
    if (suggestions.empty())
        add(together(situation, goal), suggestions);
    return suggestions;
}

std::string hopelessness(const Situation &situation)
{
    const LevelOption &level = smallestLevel(situation, std::numeric_limits<double>::infinity());
    const LoadRequest request = smallest(situation);
    std::string text =
        fmt::format("Nothing that Snug can change makes this model fit: even {} ({}) with a context of {} "
                    "tokens is too large.",
                    level.level, formatBytes(level.bytes), formatCount(request.contextTokens));
    const auto answer = situation.trials.placed(level, request);
    if (answer && !answer->notes.empty())
        text += " " + answer->notes.back();
    return text;
}

} // namespace snug::fit
