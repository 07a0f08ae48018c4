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

// One message with what is worth knowing about how it came to be; what is from `reasoning` on is an answer's.
struct Message {
    std::int64_t id = 0;     // given by the store
    std::int64_t parent = 0; // the message before it; 0: the first of its conversation
    Role role = Role::User;
    MessageState state = MessageState::Complete;
    std::int64_t createdMs = 0; // since 1970, UTC; given by the store
    std::string text;
    std::vector<Attachment> attachments; // never changed after the message was made
    std::string reasoning;
    std::string model;        // its name for people
    std::string modelHash;    // SHA-256 of its file, in hex; empty: not known
    std::string level;        // "Q4_K_M"
    std::string settings;     // JSON of the sampling; empty: none
    std::string finishReason; // "stop", "length", ...; empty: not told
    std::int64_t tokens = -1; // -1: unknown, also below
    double tokensPerSecond = -1;
    double firstTokenSeconds = -1;
    double reasoningSeconds = -1; // spent on `reasoning`
    std::int64_t promptTokens = -1;
    double promptMs = -1;
    std::int64_t draftTokens = -1;   // guessed ahead, by a draft model or the model's own layers
    std::int64_t draftAccepted = -1; // of those, right

    bool operator==(const Message &) const = default;
};

struct ConversationInfo {
    std::int64_t id = 0;
    std::string title;
    std::int64_t createdMs = 0;
    std::int64_t changedMs = 0;
    std::int64_t folder = 0; // 0: in none
    bool pinned = false;

    bool operator==(const ConversationInfo &) const = default;
};

// Where a message stands among those that follow the same message: edits of a question, or answers to it.
struct Branch {
    int number = 1; // from 1 to count
    int count = 1;
    std::int64_t previous = 0; // ids; 0: none
    std::int64_t next = 0;

    bool operator==(const Branch &) const = default;
};

// A conversation is a tree of messages, of which one way from the first to a last message is chosen.
struct Conversation {
    ConversationInfo info;
    std::string systemPrompt;
    std::vector<Message> messages; // the chosen way
    std::vector<Branch> branches;  // one for each message

    bool operator==(const Conversation &) const = default;
};

// The whole tree, as export and import pass it on.
struct TreeMessage {
    Message message;
    std::int64_t next = 0; // of those after it the one that was used last; 0: not known

    bool operator==(const TreeMessage &) const = default;
};

struct ConversationTree {
    ConversationInfo info;
    std::string folder; // its name; empty: none
    std::string systemPrompt;
    std::int64_t leaf = 0;             // the last message of the chosen way
    std::vector<TreeMessage> messages; // parents before children

    bool operator==(const ConversationTree &) const = default;
};

// A title made of what was asked first: its first line with words, cut at a word's end to about 60
// characters.
[[nodiscard]] std::string titleFrom(std::string_view firstMessage);

} // namespace snug::chat
