// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/solve.h"
#include "tests/core/made_up_machine.h"

#include <QtGlobal>

#include <algorithm>
#include <string>
#include <utility>

// What the tests of `solve` share: machines, and a check of every promise that a suggestion makes.
namespace snug::test {

using fit::FitAnswer;
using fit::LevelOption;
using fit::LoadRequest;
using fit::Solution;
using fit::Suggestion;
using fit::Verdict;

inline constexpr std::int64_t kGib = std::int64_t{1} << 30;

inline std::int64_t gib(double count)
{
    return static_cast<std::int64_t>(count * static_cast<double>(kGib));
}

inline MadeUpMachine laptop()
{
    return {.hostFree = gib(24), .gpus = {{"GPU0", gib(7.6)}}};
}

// Qwen3-30B-A3B: most of its weights are experts.
inline MadeUpMachine mixture()
{
    MadeUpMachine machine = laptop();
    machine.parameters = 30.5e9;
    machine.layers = 48;
    machine.kvBytesPerToken = 98304;
    machine.expertLayers = 48;
    machine.expertShare = 0.93;
    return machine;
}

inline LoadRequest request(std::int64_t context, int gpuLayers = -1)
{
    LoadRequest result;
    result.contextTokens = context;
    result.gpuLayers = gpuLayers;
    return result;
}

// The machine and its levels live as long as what was solved.
struct Solved {
    MadeUpMachine machine;
    std::vector<LevelOption> options;
    Result<Solution> solution;

    Solved(MadeUpMachine made, const char *level, const LoadRequest &asked, int most = fit::kMostMeasurements)
        : machine(std::move(made)), options(machine.options())
    {
        solution = fit::solve({asked, level, options, machine.devices(), machine.expertLayers, most}, {});
    }
    Q_DISABLE_COPY_MOVE(Solved)

    const LevelOption &option(const std::string &level) const
    {
        return *std::find_if(options.begin(), options.end(),
                             [&level](const LevelOption &one) { return one.level == level; });
    }
    FitAnswer placed(const std::string &level, const LoadRequest &asked) const
    {
        return *place(asked, option(level).measure, {});
    }
    const Suggestion *find(fit::SuggestionKind kind) const
    {
        const auto &all = solution->suggestions;
        const auto found =
            std::find_if(all.begin(), all.end(), [kind](const Suggestion &one) { return one.kind == kind; });
        return found == all.end() ? nullptr : &*found;
    }
};

inline int rankOf(Verdict verdict)
{
    return verdict == Verdict::Gpu ? 3 : verdict == Verdict::Partial ? 2 : verdict == Verdict::Cpu ? 1 : 0;
}

inline int kvBits(const std::string &type)
{
    return type == "f16" ? 16 : type == "q8_0" ? 8 : 4;
}

inline std::size_t cardsOf(const FitAnswer &answer)
{
    const auto &memory = answer.allocation.memory;
    return static_cast<std::size_t>(
        std::count_if(memory.begin() + 1, memory.end(), [](const auto &gpu) { return gpu.used() > 0; }));
}

// What a suggestion says it does, it does; and it is better in something. Empty if all is well.
inline std::string faultOf(const Solved &solved, const LoadRequest &asked, const std::string &level,
                           const Suggestion &suggestion)
{
    const FitAnswer then = solved.placed(suggestion.level, suggestion.request);
    const FitAnswer &now = solved.solution->now;
    if (then.verdict == Verdict::No || then.verdict != suggestion.verdict)
        return "another verdict";
    if (then.allocation.gpuLayers < suggestion.gpuLayers)
        return "fewer layers";
    if (!suggestion.text.ends_with('.') || !suggestion.cost.ends_with('.'))
        return "no sentence";
    if (suggestion.text.find("  ") != std::string::npos)
        return "a gap in the sentence";
    const auto rank = [](const FitAnswer &answer) {
        return std::pair(rankOf(answer.verdict), answer.allocation.gpuLayers);
    };
    if (rank(then) > rank(now))
        return {};
    if (rank(then) < rank(now))
        return "worse placed";
    const bool gains = suggestion.request.contextTokens > asked.contextTokens ||
                       *solved.option(suggestion.level).loss < *solved.option(level).loss ||
                       kvBits(suggestion.request.kvType) > kvBits(asked.kvType) ||
                       suggestion.request.cpuExpertLayers < asked.cpuExpertLayers ||
                       cardsOf(then) < cardsOf(now);
    return gains ? "" : "no gain";
}

} // namespace snug::test
