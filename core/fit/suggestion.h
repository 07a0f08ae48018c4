// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/load_request.h"
#include "core/fit/verdict.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace snug::fit {

// What a suggestion changes. A level that only fits together with other changes is a Level.
enum class SuggestionKind { Context, Level, KvType, GpuLayers, CpuExperts, Parallel, Devices };

// "context", "level", "kv_type", "gpu_layers", "cpu_moe", "parallel", "devices".
[[nodiscard]] std::string_view suggestionKindName(SuggestionKind kind);

// Something else to ask for, and what comes of it. It was measured before it was said: `place` of `request`
// at `level` answers `verdict`, with `gpuLayers` or more.
struct Suggestion {
    SuggestionKind kind = SuggestionKind::Context;
    std::string text;    // a sentence: what is gained
    std::string cost;    // a sentence: what it costs
    std::string level;   // to load
    LoadRequest request; // to load it with
    Verdict verdict = Verdict::Unknown;
    int gpuLayers = 0;
};

// SUGGESTION of `fit`: kind, text, cost, verdict, and the request that it means: level, context, kv_type,
// gpu_layers (-1: as many as fit), cpu_moe, parallel, device.
[[nodiscard]] nlohmann::json toJson(const Suggestion &suggestion);

} // namespace snug::fit
