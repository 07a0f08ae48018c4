// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>

namespace snug::chat {

struct TokenUsage {
    std::int64_t prompt = 0;
    std::int64_t completion = 0;

    bool operator==(const TokenUsage &) const = default;
};

// llama.cpp's own measurement; prompt tokens that were still in its cache are not among `promptTokens`.
struct Timings {
    std::int64_t cachedTokens = 0;
    std::int64_t promptTokens = 0;
    double promptMs = 0;
    std::int64_t predictedTokens = 0;
    double predictedMs = 0;
    double predictedPerSecond = 0;
    std::int64_t draftTokens = 0; // that a draft model guessed
    std::int64_t draftAccepted = 0;

    bool operator==(const Timings &) const = default;
};

struct ChatAnswer {
    std::string text;
    std::string reasoning;    // what the model thought aloud before, if the server tells it apart
    std::string finishReason; // "stop", "length", ...; empty if the answer was cut off
    std::string model;        // as the server names it
    std::optional<TokenUsage> usage;
    std::optional<Timings> timings;
    double firstTokenSeconds = -1; // from sending the request; -1: none came
    double reasoningSeconds = -1;  // from the first thought to the first word of the text; -1: no thought

    bool operator==(const ChatAnswer &) const = default;
};

// How a request ended: with an error the answer holds what had arrived before it.
struct ChatOutcome {
    ChatAnswer answer;
    std::optional<Error> error;
};

} // namespace snug::chat
