// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/situation.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace snug::fit {
namespace {

int rankOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Gpu:
        return 3;
    case Verdict::Partial:
        return 2;
    case Verdict::Cpu:
        return 1;
    case Verdict::No:
    case Verdict::Unknown:
        break;
    }
    return 0;
}

// Bits for each number of the cache, in tenths.
int kvBits(std::string_view type)
{
    constexpr std::array<std::pair<std::string_view, int>, 9> kBits = {{{"f32", 320},
                                                                        {"f16", 160},
                                                                        {"bf16", 160},
                                                                        {"q8_0", 85},
                                                                        {"q5_1", 60},
                                                                        {"q5_0", 55},
                                                                        {"q4_1", 50},
                                                                        {"q4_0", 45},
                                                                        {"iq4_nl", 45}}};
    const auto *found =
        std::find_if(kBits.begin(), kBits.end(), [type](const auto &entry) { return entry.first == type; });
    return found == kBits.end() ? 0 : found->second;
}

} // namespace

std::optional<Outcome> outcomeOf(Trials &trials, const LevelOption &option, const LoadRequest &request)
{
    auto answer = trials.placed(option, request);
    if (!answer || answer->verdict == Verdict::No)
        return std::nullopt;
    return Outcome{&option, request, *std::move(answer)};
}

bool isBetter(const FitAnswer &answer, const FitAnswer &other)
{
    if (answer.verdict == Verdict::No)
        return false;
    return std::pair(rankOf(answer.verdict), answer.allocation.gpuLayers) >
           std::pair(rankOf(other.verdict), other.allocation.gpuLayers);
}

const LevelOption *bestThatReaches(const Situation &situation, Goal goal, const LoadRequest &request,
                                   double mostLoss)
{
    std::vector<const LevelOption *> trades = situation.trades;
    std::erase_if(trades, [mostLoss](const LevelOption *option) { return *option->loss > mostLoss; });
    const auto tooLarge = [&](std::int64_t at) {
        return !situation.trials.reaches(goal, *trades[static_cast<std::size_t>(at)], request);
    };
    const auto count = static_cast<std::int64_t>(trades.size());
    auto best = static_cast<std::size_t>(lastThat(-1, count, tooLarge) + 1);
    if (best == trades.size())
        return nullptr;
    const double loss = *trades[best]->loss;
    while (best + 1 < trades.size() && *trades[best + 1]->loss - loss <= kSameLoss)
        ++best;
    return trades[best];
}

std::int64_t leastContext(std::int64_t trainingContext)
{
    constexpr std::int64_t kUseful = 2048;
    return trainingContext > 0 ? std::min(trainingContext, kUseful) : kUseful;
}

std::int64_t longestWhole(Trials &trials, const LevelOption &option, const LoadRequest &request,
                          std::int64_t trainingContext)
{
    const std::int64_t least = (leastContext(trainingContext) + kContextStep - 1) / kContextStep;
    const std::int64_t asked = (request.contextTokens + kContextStep - 1) / kContextStep;
    if (least >= asked)
        return 0;
    const std::int64_t steps = lastThat(least - 1, asked, [&](std::int64_t middle) {
        LoadRequest tried = request;
        tried.contextTokens = middle * kContextStep;
        return trials.reaches(Goal::Whole, option, tried);
    });
    return steps < least ? 0 : steps * kContextStep;
}

std::vector<std::string> coarserKvTypes(const std::string &type)
{
    std::vector<std::string> types = {"q8_0", "q4_0"};
    std::erase_if(types, [&type](const std::string &other) { return kvBits(other) >= kvBits(type); });
    return types;
}

std::vector<std::string> finerKvTypes(const std::string &type)
{
    std::vector<std::string> types = {"f16", "q8_0"};
    std::erase_if(types, [&type](const std::string &other) { return kvBits(other) <= kvBits(type); });
    return types;
}

std::vector<std::string> gpuIds(const SolveRequest &asked)
{
    std::vector<std::string> ids;
    for (const Device &device : asked.devices) {
        if ((device.kind == "gpu" || device.kind == "igpu") && !device.software)
            ids.push_back(device.id);
    }
    return ids;
}

} // namespace snug::fit
