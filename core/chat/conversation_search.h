// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/chat/conversation.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace SQLite {
class Database;
}

namespace snug::chat {

// A part of a text, in bytes.
struct Mark {
    std::size_t begin = 0;
    std::size_t length = 0;

    bool operator==(const Mark &) const = default;
};

// A conversation that holds the words that were looked for.
struct SearchHit {
    ConversationInfo info;
    std::int64_t message = 0; // that holds them; 0: only the title does
    std::string snippet;      // of the message, or the title; one line
    std::vector<Mark> marks;  // where the words are in it

    bool operator==(const SearchHit &) const = default;
};

// At most so many conversations are found.
inline constexpr std::size_t kMostHits = 200;

// The conversations whose title or any message holds the text as it stands: letters in either case, quotes
// and other signs mean themselves. Titles first, then the messages that fit best (of the newest 5000 that
// hold it), then the texts that are attached to messages (the first 65 536 characters of each), one hit for
// each conversation. From three characters on by the trigram index, in any alphabet; a shorter text is looked
// for by reading titles and messages, letters of ASCII alone in either case, last changed first. All for an
// empty text. Fails as the store does.
[[nodiscard]] Result<std::vector<SearchHit>> searchConversations(SQLite::Database &database,
                                                                 std::string_view text);

} // namespace snug::chat
