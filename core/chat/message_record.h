// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/conversation.h"
#include "core/chat/message_tree.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <vector>

// A message as a row of the table `messages`. For the store's own sources; everything throws
// SQLite::Exception.
namespace snug::chat {

// Reads all columns of the messages of a conversation, oldest first; parameter 1 is the conversation.
inline constexpr const char *kSelectMessages =
    "SELECT id, parent, next, role, state, created_ms, text, reasoning, model, model_hash, level, settings, "
    "finish_reason, tokens, tokens_per_second, first_token_seconds, prompt_tokens, prompt_ms, "
    "reasoning_seconds, draft_tokens, draft_accepted FROM messages "
    "WHERE conversation = ? AND removed_with = 0 ORDER BY id";

// Of a row of kSelectMessages; without the attachments.
[[nodiscard]] std::int64_t idFrom(SQLite::Statement &row);
[[nodiscard]] TreeMessage messageFrom(SQLite::Statement &row);

// With the role, parent, next, time and attachments of `message`; its id is given. The new id.
[[nodiscard]] std::int64_t insertMessage(SQLite::Database &database, std::int64_t conversation,
                                         const TreeMessage &message);
// False if there is no such message.
[[nodiscard]] bool updateMessage(SQLite::Database &database, const Message &message);

[[nodiscard]] std::vector<MessageLink> messageLinks(SQLite::Database &database, std::int64_t conversation);

} // namespace snug::chat
