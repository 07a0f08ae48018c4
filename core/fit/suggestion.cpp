// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/suggestion.h"

#include <array>

namespace snug::fit {

std::string_view suggestionKindName(SuggestionKind kind)
{
    constexpr std::array<std::string_view, 7> kNames = {"context", "level",    "kv_type", "gpu_layers",
                                                        "cpu_moe", "parallel", "devices"};
    return kNames[static_cast<std::size_t>(kind)];
}

nlohmann::json toJson(const Suggestion &suggestion)
{
    const LoadRequest &request = suggestion.request;
    return {{"kind", suggestionKindName(suggestion.kind)},
            {"text", suggestion.text},
            {"cost", suggestion.cost},
            {"verdict", verdictName(suggestion.verdict)},
            {"level", suggestion.level},
            {"context", request.contextTokens},
            {"kv_type", request.kvType},
            {"gpu_layers", request.gpuLayers},
            {"cpu_moe", request.cpuExpertLayers},
            {"parallel", request.parallel},
            {"device", request.device}};
}

} // namespace snug::fit
