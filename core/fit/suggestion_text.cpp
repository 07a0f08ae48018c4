// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/suggestion_text.h"

#include "core/base/units.h"
#include "core/quant/advice_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace snug::fit {
namespace {

Suggestion made(SuggestionKind kind, const Outcome &outcome, std::string text, std::string cost)
{
    return {kind,
            std::move(text),
            std::move(cost),
            outcome.option->level,
            outcome.request,
            outcome.answer.verdict,
            outcome.answer.allocation.gpuLayers};
}

std::int64_t kvCacheOf(const FitAnswer &answer)
{
    std::int64_t bytes = 0;
    for (const DeviceMemory &memory : answer.allocation.memory)
        bytes += memory.kvCache;
    return bytes;
}

std::int64_t hostBytes(const FitAnswer &answer)
{
    return answer.allocation.memory.empty() ? 0 : answer.allocation.memory.front().used();
}

std::int64_t gpuBytes(const FitAnswer &answer)
{
    std::int64_t bytes = -hostBytes(answer);
    for (const DeviceMemory &memory : answer.allocation.memory)
        bytes += memory.used();
    return bytes;
}

std::string qualityOf(const LevelOption &option)
{
    return option.loss ? quant::qualityText(*option.loss) : std::string("of unknown quality");
}

// "The conversation takes 2.25 GiB instead of 1.20 GiB."
std::string conversationSize(const Situation &situation, const Outcome &outcome)
{
    return fmt::format("The conversation takes {} instead of {}", formatBytes(kvCacheOf(outcome.answer)),
                       formatBytes(kvCacheOf(situation.now)));
}

std::string levelCost(const Situation &situation, const Outcome &outcome)
{
    const std::int64_t difference = outcome.option->bytes - situation.level.bytes;
    if (difference > 0)
        return fmt::format("{} larger, and therefore slower.", formatBytes(difference));
    const std::string answers = fmt::format("Its answers are {}", qualityOf(*outcome.option));
    if (!situation.level.loss || *outcome.option->loss - *situation.level.loss <= kSameLoss)
        return answers + ".";
    return fmt::format("{}; those of {} are {}.", answers, situation.level.level, qualityOf(situation.level));
}

std::string kvCost(const Situation &situation, const Outcome &outcome)
{
    const bool q8 = outcome.request.kvType == "q8_0";
    const bool halves = q8 && situation.request.kvType == "f16";
    if (halves)
        return fmt::format("It halves the conversation's memory ({} to {}); answers change a little.",
                           formatBytes(kvCacheOf(situation.now)), formatBytes(kvCacheOf(outcome.answer)));
    return fmt::format("{}; answers change {}.", conversationSize(situation, outcome),
                       q8 ? "a little" : "more than with q8_0");
}

// The GPU that the suggestion is about: the one that it names, else the one that is used.
const DeviceMemory &meantGpu(const Outcome &outcome)
{
    const auto &memory = outcome.answer.allocation.memory;
    const auto isMeant = [&device = outcome.request.device](const DeviceMemory &gpu) {
        return device.empty() ? gpu.used() > 0 : gpu.device == device;
    };
    const auto found = std::find_if(memory.begin() + 1, memory.end(), isMeant);
    return found == memory.end() ? memory.back() : *found;
}

} // namespace

std::string whereItRuns(const FitAnswer &answer)
{
    const Allocation &allocation = answer.allocation;
    const auto used = std::count_if(allocation.memory.begin(), allocation.memory.end(),
                                    [](const DeviceMemory &memory) { return memory.used() > 0; });
    const char *gpus = used > 2 ? "GPUs" : "GPU";
    if (answer.verdict == Verdict::Gpu)
        return fmt::format("all {} layers fit on the {}", allocation.layers, gpus);
    if (answer.verdict == Verdict::Partial)
        return fmt::format("{} of {} layers fit on the {}", allocation.gpuLayers, allocation.layers, gpus);
    return "it fits in main memory";
}

Suggestion lessContext(const Situation &situation, const Outcome &outcome)
{
    return made(SuggestionKind::Context, outcome,
                fmt::format("With a context of {} tokens, {}.", formatCount(outcome.request.contextTokens),
                            whereItRuns(outcome.answer)),
                fmt::format("The conversation holds {} tokens instead of {}.",
                            formatCount(outcome.request.contextTokens),
                            formatCount(situation.request.contextTokens)));
}

Suggestion moreContext(const Situation &situation, const Outcome &outcome)
{
    const bool partial = situation.now.verdict == Verdict::Partial;
    return made(SuggestionKind::Context, outcome,
                fmt::format("A context of {} tokens fits as well{}.",
                            formatCount(outcome.request.contextTokens),
                            partial ? ", with as many layers on the GPU" : ""),
                conversationSize(situation, outcome) + ".");
}

Suggestion smallerLevel(const Situation &situation, const Outcome &outcome)
{
    return made(SuggestionKind::Level, outcome,
                fmt::format("At {} ({}), {}.", outcome.option->level, formatBytes(outcome.option->bytes),
                            whereItRuns(outcome.answer)),
                levelCost(situation, outcome));
}

Suggestion betterLevel(const Situation &situation, const Outcome &outcome)
{
    return made(SuggestionKind::Level, outcome,
                fmt::format("{} fits as well, and its answers are {}.", outcome.option->level,
                            qualityOf(*outcome.option)),
                levelCost(situation, outcome));
}

Suggestion combination(const Situation &situation, const Outcome &outcome)
{
    const LoadRequest &request = outcome.request;
    std::string with = fmt::format("a context of {} tokens", formatCount(request.contextTokens));
    if (request.kvType != situation.request.kvType)
        with += fmt::format(" and the KV cache at {}", request.kvType);
    if (request.parallel != situation.request.parallel)
        with += request.parallel == 1 ? " and one conversation at a time"
                                      : fmt::format(" and {} conversations at once", request.parallel);
    return made(SuggestionKind::Level, outcome,
                fmt::format("At {} ({}) with {}, {}.", outcome.option->level,
                            formatBytes(outcome.option->bytes), with, whereItRuns(outcome.answer)),
                levelCost(situation, outcome));
}

Suggestion coarserKv(const Situation &situation, const Outcome &outcome)
{
    return made(
        SuggestionKind::KvType, outcome,
        fmt::format("With the KV cache at {}, {}.", outcome.request.kvType, whereItRuns(outcome.answer)),
        kvCost(situation, outcome));
}

Suggestion finerKv(const Situation &situation, const Outcome &outcome)
{
    return made(SuggestionKind::KvType, outcome,
                fmt::format("The KV cache fits at {}, too, which changes answers less than {}.",
                            outcome.request.kvType, situation.request.kvType),
                conversationSize(situation, outcome) + ".");
}

Suggestion coarserKvForContext(const Situation &situation, const Outcome &outcome)
{
    return made(SuggestionKind::KvType, outcome,
                fmt::format("With the KV cache at {}, {} tokens fit.", outcome.request.kvType,
                            formatCount(outcome.request.contextTokens)),
                fmt::format("{}; answers change {}.", conversationSize(situation, outcome),
                            outcome.request.kvType == "q8_0" ? "a little" : "more than with q8_0"));
}

Suggestion otherLayers(const Situation &situation, const Outcome &outcome)
{
    const Allocation &then = outcome.answer.allocation;
    const int before = situation.now.allocation.gpuLayers;
    if (then.gpuLayers > before)
        return made(
            SuggestionKind::GpuLayers, outcome,
            fmt::format("{} of {} layers fit on the GPU instead of {}.", then.gpuLayers, then.layers, before),
            fmt::format("They take {} more of its memory.",
                        formatBytes(gpuBytes(outcome.answer) - gpuBytes(situation.now))));
    return made(SuggestionKind::GpuLayers, outcome,
                fmt::format("{} of {} layers fit on the GPU, not {}.", then.gpuLayers, then.layers, before),
                fmt::format("The other {} run on the CPU, which is slower.", then.layers - then.gpuLayers));
}

Suggestion moreExpertsInMainMemory(const Situation &situation, const Outcome &outcome)
{
    return made(SuggestionKind::CpuExperts, outcome,
                fmt::format("With the experts of the first {} layers in main memory, {}.",
                            outcome.request.cpuExpertLayers, whereItRuns(outcome.answer)),
                fmt::format("Those experts run on the CPU, slower than on the GPU; main memory holds {} "
                            "instead of {}.",
                            formatBytes(hostBytes(outcome.answer)), formatBytes(hostBytes(situation.now))));
}

Suggestion fewerExpertsInMainMemory(const Situation &situation, const Outcome &outcome)
{
    const int layers = outcome.request.cpuExpertLayers;
    return made(SuggestionKind::CpuExperts, outcome,
                layers == 0 ? std::string("All experts fit on the GPU, which is faster.")
                            : fmt::format("Only the experts of {} layers need main memory, not of {}, which "
                                          "is faster.",
                                          layers, situation.request.cpuExpertLayers),
                fmt::format("They take {} more of the GPU's memory.",
                            formatBytes(gpuBytes(outcome.answer) - gpuBytes(situation.now))));
}

Suggestion fewerConversations(const Situation &situation, const Outcome &outcome)
{
    const int parallel = outcome.request.parallel;
    return made(SuggestionKind::Parallel, outcome,
                fmt::format("With {} at once instead of {}, {}.",
                            parallel == 1 ? std::string("one conversation")
                                          : fmt::format("{} conversations", parallel),
                            situation.request.parallel, whereItRuns(outcome.answer)),
                "Further requests wait for their turn.");
}

Suggestion otherDevices(const Situation &situation, const Outcome &outcome)
{
    const auto &memory = outcome.answer.allocation.memory;
    const auto used = std::count_if(memory.begin() + 1, memory.end(),
                                    [](const DeviceMemory &gpu) { return gpu.used() > 0; });
    if (outcome.request.device.empty() && used > 1)
        return made(SuggestionKind::Devices, outcome,
                    fmt::format("On {} GPUs together, {}.", used, whereItRuns(outcome.answer)),
                    "The cards wait for each other at every token.");
    const DeviceMemory &gpu = meantGpu(outcome);
    const std::string name = gpu.name.empty() ? gpu.device : fmt::format("{} ({})", gpu.name, gpu.device);
    const bool alone = situation.request.device.empty() && situation.now.verdict == Verdict::Gpu;
    return made(SuggestionKind::Devices, outcome,
                alone ? fmt::format("It fits wholly on {} alone, which is faster: cards that share a model "
                                    "wait for each other.",
                                    name)
                      : fmt::format("On {}, {}.", name, whereItRuns(outcome.answer)),
                fmt::format("{} of its {} are taken.", formatBytes(gpu.used()), formatBytes(gpu.totalBytes)));
}

} // namespace snug::fit
