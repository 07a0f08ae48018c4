// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "core/fit/device.h"
#include "core/fit/load_request.h"

#include <span>

namespace snug::cli {

struct DraftBench {
    fit::LoadRequest load; // with a draft
    int tokens = 128;      // of each answer
    int rounds = 5;
};

// Has the model answer the same questions without its draft model and with it, each time loaded anew, always
// the likeliest token: "without", "with" (tokens a second: median, low, high), "gain" (with / without),
// "draft_tokens", "draft_accepted", "same_text". Fails as EngineServer::load and OpenAiClient.
[[nodiscard]] Result<nlohmann::json> benchDraft(const DraftBench &bench, std::span<const fit::Device> devices,
                                                const VerbContext &context);

void printDraftBench(const nlohmann::json &result);

} // namespace snug::cli
