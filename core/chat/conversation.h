// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/chat_request.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::chat {

enum class MessageState {
    Complete,
    Streaming,   // being written by this program
    Stopped,     // by the user
    Interrupted, // the program ended in the middle of it
    Failed,      // the engine or connection broke
};

// "complete", "streaming", ... as the store spells it.
[[nodiscard]] std::string_view stateName(MessageState state);
[[nodiscard]] std::optional<MessageState> stateFromName(std::string_view name);

// One message with what is worth knowing about how it came to be; the last seven fields are an answer's.
struct Message {
    std::int64_t id = 0; // given by the store
    Role role = Role::User;
    MessageState state = MessageState::Complete;
    std::int64_t createdMs = 0; // since 1970, UTC; given by the store
    std::string text;
    std::string reasoning;
    std::string model;        // its name for people
    std::string level;        // "Q4_K_M"
    std::string settings;     // JSON of the sampling; empty: none
    std::int64_t tokens = -1; // -1: unknown, also below
    double tokensPerSecond = -1;
    double firstTokenSeconds = -1;

    bool operator==(const Message &) const = default;
};

struct ConversationInfo {
    std::int64_t id = 0;
    std::string title;
    std::int64_t createdMs = 0;
    std::int64_t changedMs = 0;

    bool operator==(const ConversationInfo &) const = default;
};

struct Conversation {
    ConversationInfo info;
    std::string systemPrompt;
    std::vector<Message> messages; // oldest first

    bool operator==(const Conversation &) const = default;
};

// A title made of what was asked first: its first line with words, cut at a word's end to about 60
// characters.
[[nodiscard]] std::string titleFrom(std::string_view firstMessage);

} // namespace snug::chat
