// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/chat/chat_request.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What of a conversation is sent once it does not fit into the model's context any more.
namespace snug::chat {

enum class AtEdge {
    Stop,       // nothing is sent
    DropOldest, // the oldest questions with their answers are left out
    Summarise,  // the model first writes down what they said
};

// "stop", "drop", "summarise".
[[nodiscard]] const std::vector<std::string> &atEdgeNames();
// REQUIRES: `name` is one of them.
[[nodiscard]] AtEdge atEdgeFromName(std::string_view name);

// Where a conversation was cut. It stays from answer to answer: cutting anew at every question would have the
// engine read the whole conversation again each time.
struct ContextCut {
    std::size_t messages = 0; // so many, after the system prompt, are not sent; the cut line is behind them
    std::string summary;      // of those; empty: none was made

    bool operator==(const ContextCut &) const = default;
};

// The tokens of a conversation, as the model's template and vocabulary count them.
using CountTokens = std::function<Result<std::int64_t>(std::span<const ChatMessage>)>;

struct EdgeQuestion {
    // A system prompt, if there is one, then questions and answers; the last one is the new question.
    std::span<const ChatMessage> messages;
    ContextCut cut;           // as it is so far
    std::int64_t limit = 0;   // tokens of the context
    std::int64_t reserve = 0; // of those, to be left for the answer; `Stop` leaves one
    AtEdge choice = AtEdge::Stop;
};

struct EdgePlan {
    std::vector<ChatMessage> sent; // without a summary that is still to be made
    ContextCut cut;                // `summary` is the old one, of fewer messages, until the new one is made
    std::int64_t tokens = 0;       // of `sent`
    // For the model to sum up first: ends with a request to do so. Empty: nothing to sum up.
    std::vector<ChatMessage> toSummarise;
    std::int64_t summaryTokens = 0; // the longest summary that there is room for

    [[nodiscard]] bool moved(const ContextCut &before) const { return cut.messages != before.messages; }
};

// Decides what is sent. Cuts whole turns, never the system prompt and the last question, and so many of them
// that the next questions fit too. Asks `count` once while all fits, a few times otherwise. Fails with
// TooLarge (reason "context", wanted_tokens, limit) where even that does not fit or the choice is Stop, or as
// `count`.
[[nodiscard]] Result<EdgePlan> planAtEdge(const EdgeQuestion &question, const CountTokens &count);

// What is sent of `messages` with that cut: a summary stands at the end of the system prompt.
[[nodiscard]] std::vector<ChatMessage> sentWith(std::span<const ChatMessage> messages, const ContextCut &cut);

} // namespace snug::chat
