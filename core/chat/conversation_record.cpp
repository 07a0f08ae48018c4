// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/conversation_record.h"

#include "core/chat/utf8_stream.h"

namespace snug::chat {

std::string selectInfos(std::string_view where)
{
    return "SELECT id, title, created_ms, changed_ms, coalesce(folder, 0), pinned, system_prompt, leaf "
           "FROM conversations " +
           std::string(where) + " ORDER BY pinned DESC, changed_ms DESC, id DESC";
}

ConversationInfo infoFrom(SQLite::Statement &row, int first)
{
    ConversationInfo info;
    info.id = row.getColumn(first).getInt64();
    info.title = validUtf8(row.getColumn(first + 1).getString());
    info.createdMs = row.getColumn(first + 2).getInt64();
    info.changedMs = row.getColumn(first + 3).getInt64();
    info.folder = row.getColumn(first + 4).getInt64();
    info.pinned = row.getColumn(first + 5).getInt() != 0;
    return info;
}

std::int64_t insertConversation(SQLite::Database &database, const ConversationTree &tree)
{
    SQLite::Statement insert(database, "INSERT INTO conversations (title, created_ms, changed_ms, "
                                       "system_prompt, pinned) VALUES (?, ?, ?, ?, ?)");
    insert.bind(1, validUtf8(tree.info.title));
    insert.bind(2, tree.info.createdMs);
    insert.bind(3, tree.info.changedMs);
    insert.bind(4, validUtf8(tree.systemPrompt));
    insert.bind(5, tree.info.pinned ? 1 : 0);
    insert.exec();
    return database.getLastInsertRowid();
}

tl::unexpected<Error> noConversation()
{
    return fail(ErrorKind::NotFound, "This conversation is no longer there.");
}

} // namespace snug::chat
