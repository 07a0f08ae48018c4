// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/chat/context_edge.h"
#include "core/chat/openai_client.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

// Room for a question and its answer in the model's context: counted, cut and summed up by the server that is
// going to answer.
namespace snug::chat {

struct RoomQuestion {
    ChatRequest request;            // with all messages, the new question last
    ContextCut cut;                 // as it is so far
    std::int64_t contextTokens = 0; // of the server; 0: unknown, and nothing is counted
    AtEdge atEdge = AtEdge::Stop;
};

struct Room {
    std::vector<ChatMessage> sent;
    ContextCut cut;
    std::int64_t tokens = -1;       // of `sent`; -1: they were few enough not to be counted
    bool moved = false;             // the cut is another one than before
    std::optional<Error> noSummary; // why the summary is still the old one
};

// True if the messages fit whatever their template and tokenizer are, for each token stands for a byte or
// more. Only a few hundred tokens are allowed for what a template adds.
[[nodiscard]] bool surelyFits(const RoomQuestion &question);

// Blocks as OpenAiClient does, where something may have to be cut; AtEdge::Stop leaves it to the server to
// refuse what is too long, which it does before it reads anything. `onSummarising` is called before the model
// is asked for a summary. A server that cannot count gets what the cut leaves. Fails as planAtEdge().
[[nodiscard]] Result<Room> makeRoom(const OpenAiClient &client, const RoomQuestion &question,
                                    const std::function<void()> &onSummarising, const std::stop_token &stop);

} // namespace snug::chat
