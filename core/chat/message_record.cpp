// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/message_record.h"

#include "core/chat/attachment_record.h"
#include "core/chat/utf8_stream.h"

#include <string>

namespace snug::chat {
namespace {

// The columns that change after a message was made; both statements below name them in this order.
constexpr int kChanging = 16;

void bindChanging(SQLite::Statement &statement, const Message &message)
{
    statement.bind(1, std::string(stateName(message.state)));
    statement.bind(2, validUtf8(message.text));
    statement.bind(3, validUtf8(message.reasoning));
    statement.bind(4, validUtf8(message.model));
    statement.bind(5, validUtf8(message.modelHash));
    statement.bind(6, validUtf8(message.level));
    statement.bind(7, validUtf8(message.settings));
    statement.bind(8, validUtf8(message.finishReason));
    statement.bind(9, message.tokens);
    statement.bind(10, message.tokensPerSecond);
    statement.bind(11, message.firstTokenSeconds);
    statement.bind(12, message.promptTokens);
    statement.bind(13, message.promptMs);
    statement.bind(14, message.reasoningSeconds);
    statement.bind(15, message.draftTokens);
    statement.bind(kChanging, message.draftAccepted);
}

} // namespace

std::int64_t idFrom(SQLite::Statement &row)
{
    return row.getColumn(0).getInt64();
}

TreeMessage messageFrom(SQLite::Statement &row)
{
    const auto text = [&row](int column) { return validUtf8(row.getColumn(column).getString()); };
    TreeMessage read;
    Message &message = read.message;
    message.id = idFrom(row);
    message.parent = row.getColumn(1).getInt64();
    read.next = row.getColumn(2).getInt64();
    message.role = roleFromName(text(3)).value_or(Role::User);
    message.state = stateFromName(text(4)).value_or(MessageState::Complete);
    message.createdMs = row.getColumn(5).getInt64();
    message.text = text(6);
    message.reasoning = text(7);
    message.model = text(8);
    message.modelHash = text(9);
    message.level = text(10);
    message.settings = text(11);
    message.finishReason = text(12);
    message.tokens = row.getColumn(13).getInt64();
    message.tokensPerSecond = row.getColumn(14).getDouble();
    message.firstTokenSeconds = row.getColumn(15).getDouble();
    message.promptTokens = row.getColumn(16).getInt64();
    message.promptMs = row.getColumn(17).getDouble();
    message.reasoningSeconds = row.getColumn(18).getDouble();
    message.draftTokens = row.getColumn(19).getInt64();
    message.draftAccepted = row.getColumn(20).getInt64();
    return read;
}

std::int64_t insertMessage(SQLite::Database &database, std::int64_t conversation, const TreeMessage &message)
{
    SQLite::Statement insert(
        database,
        "INSERT INTO messages (state, text, reasoning, model, model_hash, level, settings, finish_reason, "
        "tokens, tokens_per_second, first_token_seconds, prompt_tokens, prompt_ms, reasoning_seconds, "
        "draft_tokens, draft_accepted, role, created_ms, parent, next, conversation) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bindChanging(insert, message.message);
    insert.bind(kChanging + 1, std::string(roleName(message.message.role)));
    insert.bind(kChanging + 2, message.message.createdMs);
    insert.bind(kChanging + 3, message.message.parent);
    insert.bind(kChanging + 4, message.next);
    insert.bind(kChanging + 5, conversation);
    insert.exec();
    const std::int64_t id = database.getLastInsertRowid();
    insertAttachments(database, id, message.message.attachments);
    return id;
}

bool updateMessage(SQLite::Database &database, const Message &message)
{
    SQLite::Statement update(
        database,
        "UPDATE messages SET state = ?, text = ?, reasoning = ?, model = ?, model_hash = ?, level = ?, "
        "settings = ?, finish_reason = ?, tokens = ?, tokens_per_second = ?, "
        "first_token_seconds = ?, prompt_tokens = ?, prompt_ms = ?, reasoning_seconds = ?, "
        "draft_tokens = ?, draft_accepted = ? WHERE id = ?");
    bindChanging(update, message);
    update.bind(kChanging + 1, message.id);
    return update.exec() > 0;
}

std::vector<MessageLink> messageLinks(SQLite::Database &database, std::int64_t conversation)
{
    SQLite::Statement rows(database, "SELECT id, parent, next FROM messages "
                                     "WHERE conversation = ? AND removed_with = 0 ORDER BY id");
    rows.bind(1, conversation);
    std::vector<MessageLink> links;
    while (rows.executeStep())
        links.push_back(
            {rows.getColumn(0).getInt64(), rows.getColumn(1).getInt64(), rows.getColumn(2).getInt64()});
    return links;
}

} // namespace snug::chat
