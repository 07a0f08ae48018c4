// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/request_check.h"

#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <vector>

namespace snug::fit {
namespace {

tl::unexpected<Error> nonsense(std::string message, std::string hint)
{
    return fail(ErrorKind::InvalidArgument, std::move(message), {}, std::move(hint));
}

Result<void> within(std::string_view what, std::int64_t asked, std::int64_t limit)
{
    if (asked > limit)
        return fail(ErrorKind::TooLarge,
                    fmt::format("{} {} are asked for; {} is the most that the engine takes.",
                                formatCount(asked), what, formatCount(limit)),
                    {{"limit", limit}}, "Ask for fewer.");
    return {};
}

Result<void> checkContext(const LoadRequest &request)
{
    if (request.contextTokens < 0)
        return nonsense(fmt::format("A context of {} tokens makes no sense: it cannot be negative.",
                                    formatCount(request.contextTokens)),
                        "Ask for 0 to get the usual context, or for as many tokens as a conversation needs.");
    SNUG_CHECK(within("tokens of context", request.contextTokens, kMostContext));
    constexpr std::int64_t kMostTogether = std::numeric_limits<std::uint32_t>::max();
    return within("tokens of context for all conversations together",
                  request.contextTokens * request.parallel, kMostTogether);
}

bool isOneOf(const std::string &name, const std::vector<std::string> &names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

Result<void> checkCache(const LoadRequest &request)
{
    const auto &types = kvTypeNames();
    if (!isOneOf(request.kvType, types) || !isOneOf(request.valueType(), types))
        return nonsense("The KV cache has no type of that name.",
                        fmt::format("It is one of {}.", fmt::join(types, ", ")));
    static const std::vector<std::string> whole = {"f32", "f16", "bf16"};
    if (request.flashAttention == FlashAttention::Off && !isOneOf(request.valueType(), whole))
        return nonsense(
            fmt::format("A KV cache with values of {} needs flash attention.", request.valueType()),
            "Switch flash attention on, or choose f16 for the values.");
    return {};
}

} // namespace

Result<void> checkRequest(const LoadRequest &request)
{
    if (request.parallel < 1)
        return nonsense(fmt::format("{} conversations at once make no sense: there must be one at least.",
                                    request.parallel),
                        "Ask for 1 or more.");
    SNUG_CHECK(within("conversations at once", request.parallel, kMostParallel));
    SNUG_CHECK(checkContext(request));
    if (request.gpuLayers < -1)
        return nonsense(fmt::format("{} layers on the GPU make no sense.", request.gpuLayers),
                        "Ask for -1 to put there as many as fit, for 0 to use no GPU, or for a number.");
    SNUG_CHECK(within("layers on the GPU", request.gpuLayers, kMostLayers));
    if (request.cpuExpertLayers < 0)
        return nonsense(
            fmt::format("Experts of {} layers in main memory make no sense.", request.cpuExpertLayers),
            "Ask for 0 or more.");
    SNUG_CHECK(within("layers with their experts in main memory", request.cpuExpertLayers, kMostLayers));
    if (request.threads < 0)
        return nonsense(fmt::format("{} threads make no sense.", request.threads),
                        "Ask for 0 to get one for each core, or for a number.");
    SNUG_CHECK(within("threads", request.threads, kMostThreads));
    SNUG_CHECK(within("tokens guessed at a time", request.draftTokens, kMostDraftTokens));
    if (request.draftTokens < 0)
        return nonsense(fmt::format("{} tokens guessed at a time make no sense.", request.draftTokens),
                        "Ask for 0 to get the engine's number, or for 1 or more.");
    return checkCache(request);
}

} // namespace snug::fit
