// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/chat/conversation.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <string>
#include <string_view>

// A conversation as a row of its table. For the store's own sources; everything but noConversation() throws
// SQLite::Exception.
namespace snug::chat {

// The query of all columns that infoFrom() reads, in the order of the list.
[[nodiscard]] std::string selectInfos(std::string_view where);
// Reads from column `first` on.
[[nodiscard]] ConversationInfo infoFrom(SQLite::Statement &row, int first = 0);

// Everything but the messages; the new id.
[[nodiscard]] std::int64_t insertConversation(SQLite::Database &database, const ConversationTree &tree);

[[nodiscard]] tl::unexpected<Error> noConversation();

} // namespace snug::chat
