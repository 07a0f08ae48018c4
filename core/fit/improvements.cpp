// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/improvements.h"

#include "core/fit/suggestion_text.h"

#include <algorithm>
#include <limits>

namespace snug::fit {
namespace {

using Found = std::optional<Suggestion>;

Goal goalOf(const Situation &situation)
{
    return situation.now.verdict == Verdict::Gpu ? Goal::Whole : Goal::AtAll;
}

bool runsAsWellAsItCan(const Situation &situation)
{
    return situation.now.verdict == Verdict::Gpu ||
           (situation.now.verdict == Verdict::Cpu && !situation.hasGpu);
}

Found told(const Situation &situation, const LevelOption &option, const LoadRequest &request,
           Suggestion (*tell)(const Situation &, const Outcome &))
{
    const auto outcome = outcomeOf(situation.trials, option, request);
    if (!outcome || isBetter(situation.now, outcome->answer))
        return std::nullopt;
    return tell(situation, *outcome);
}

Found onOneCard(const Situation &situation)
{
    const auto &memory = situation.now.allocation.memory;
    const auto used = std::count_if(memory.begin() + 1, memory.end(),
                                    [](const DeviceMemory &gpu) { return gpu.used() > 0; });
    if (used < 2 || !situation.request.device.empty())
        return std::nullopt;
    for (const std::string &id : gpuIds(situation.asked)) {
        LoadRequest request = situation.request;
        request.device = id;
        if (situation.trials.reaches(Goal::Whole, situation.level, request))
            return told(situation, situation.level, request, otherDevices);
    }
    return std::nullopt;
}

Found withFewerExperts(const Situation &situation)
{
    LoadRequest request = situation.request;
    if (request.cpuExpertLayers == 0 || situation.asked.expertLayers == 0)
        return std::nullopt;
    const int now = std::min(request.cpuExpertLayers, situation.asked.expertLayers);
    const auto tooFew = [&](std::int64_t layers) {
        LoadRequest tried = request;
        tried.cpuExpertLayers = static_cast<int>(layers);
        return !situation.trials.reaches(Goal::Whole, situation.level, tried);
    };
    request.cpuExpertLayers = static_cast<int>(lastThat(-1, now, tooFew)) + 1;
    if (request.cpuExpertLayers >= now)
        return std::nullopt;
    return told(situation, situation.level, request, fewerExpertsInMainMemory);
}

Found atBetterLevel(const Situation &situation)
{
    if (!situation.level.loss)
        return std::nullopt;
    const LevelOption *best = bestThatReaches(situation, goalOf(situation), situation.request,
                                              std::numeric_limits<double>::infinity());
    if (best == nullptr || *situation.level.loss - *best->loss <= kSameLoss)
        return std::nullopt;
    return told(situation, *best, situation.request, betterLevel);
}

Found withFinerKv(const Situation &situation)
{
    for (const std::string &type : finerKvTypes(situation.request.kvType)) {
        LoadRequest request = situation.request;
        request.kvType = type;
        if (situation.trials.reaches(goalOf(situation), situation.level, request)) {
            if (Found found = told(situation, situation.level, request, finerKv))
                return found;
        }
    }
    return std::nullopt;
}

// Less than an eighth more is not worth a sentence.
bool isMuchLonger(std::int64_t tokens, std::int64_t than)
{
    return tokens >= than + than / 8 && tokens > than;
}

// The longest context with the layers where they are now; 0 if there is none.
std::int64_t longestAsPlaced(const Situation &situation, LoadRequest request)
{
    request.gpuLayers = situation.now.allocation.gpuLayers;
    const auto answer =
        searchFit(request, situation.trials.measureOf(situation.level), situation.trials.stop());
    return answer ? answer->maxContext : 0;
}

void addLongerContexts(const Situation &situation, std::vector<Suggestion> &suggestions)
{
    LoadRequest request = situation.request;
    const std::int64_t longest = longestAsPlaced(situation, request);
    request.contextTokens = longest;
    if (isMuchLonger(longest, situation.request.contextTokens)) {
        if (Found found = told(situation, situation.level, request, moreContext))
            suggestions.push_back(*std::move(found));
    }
    // On the way onto the GPU a coarser cache has better uses.
    const auto types = coarserKvTypes(request.kvType);
    if (!runsAsWellAsItCan(situation) || types.empty() || longest >= situation.now.allocation.trainingContext)
        return;
    request.kvType = types.front();
    request.contextTokens = situation.request.contextTokens;
    request.contextTokens = longestAsPlaced(situation, request);
    if (!isMuchLonger(request.contextTokens, std::max(longest, situation.request.contextTokens)))
        return;
    if (Found found = told(situation, situation.level, request, coarserKvForContext))
        suggestions.push_back(*std::move(found));
}

} // namespace

std::vector<Suggestion> improvements(const Situation &situation)
{
    std::vector<Suggestion> suggestions;
    const auto add = [&suggestions](Found found) {
        if (found)
            suggestions.push_back(*std::move(found));
    };
    if (situation.now.verdict == Verdict::Gpu) {
        add(onOneCard(situation));
        add(withFewerExperts(situation));
    }
    if (runsAsWellAsItCan(situation)) {
        add(atBetterLevel(situation));
        add(withFinerKv(situation));
    }
    if (situation.now.verdict != Verdict::No)
        addLongerContexts(situation, suggestions);
    return suggestions;
}

} // namespace snug::fit
