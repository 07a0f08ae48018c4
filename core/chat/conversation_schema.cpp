// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/conversation_schema.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>

namespace snug::chat {
namespace {

constexpr const char *kVersion1 = R"sql(
    CREATE TABLE conversations (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        system_prompt TEXT NOT NULL DEFAULT '',
        created_ms INTEGER NOT NULL,
        changed_ms INTEGER NOT NULL,
        deleted_ms INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
        role TEXT NOT NULL,
        state TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        text TEXT NOT NULL,
        reasoning TEXT NOT NULL,
        model TEXT NOT NULL,
        level TEXT NOT NULL,
        settings TEXT NOT NULL,
        tokens INTEGER NOT NULL,
        tokens_per_second REAL NOT NULL,
        first_token_seconds REAL NOT NULL);
    CREATE INDEX messages_of_conversation ON messages(conversation, id);
    PRAGMA user_version = 1;
)sql";

// A conversation becomes a tree, gets a folder and a draft, and everything can be searched. The words of an
// answer enter the index when it is whole: indexing it anew each second would cost more than writing it.
constexpr const char *kVersion2 = R"sql(
    CREATE TABLE folders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        position INTEGER NOT NULL);
    ALTER TABLE conversations ADD COLUMN leaf INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE conversations ADD COLUMN folder INTEGER REFERENCES folders(id) ON DELETE SET NULL;
    ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;

    ALTER TABLE messages ADD COLUMN parent INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE messages ADD COLUMN next INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE messages ADD COLUMN removed_with INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE messages ADD COLUMN model_hash TEXT NOT NULL DEFAULT '';
    ALTER TABLE messages ADD COLUMN finish_reason TEXT NOT NULL DEFAULT '';
    ALTER TABLE messages ADD COLUMN prompt_tokens INTEGER NOT NULL DEFAULT -1;
    ALTER TABLE messages ADD COLUMN prompt_ms REAL NOT NULL DEFAULT -1;
    ALTER TABLE messages ADD COLUMN reasoning_seconds REAL NOT NULL DEFAULT -1;
    UPDATE messages SET parent = coalesce((SELECT max(before.id) FROM messages AS before
        WHERE before.conversation = messages.conversation AND before.id < messages.id), 0);
    UPDATE conversations SET leaf = coalesce((SELECT max(id) FROM messages
        WHERE conversation = conversations.id), 0);
    DROP INDEX messages_of_conversation;
    CREATE INDEX message_links ON messages(conversation, removed_with, id, parent, next);
    CREATE INDEX removed_messages ON messages(id) WHERE removed_with <> 0;
    CREATE INDEX unfinished_messages ON messages(id) WHERE state = 'streaming';
    CREATE INDEX asked_messages ON messages(id) WHERE role = 'user';

    CREATE TABLE drafts (
        conversation INTEGER PRIMARY KEY,
        text TEXT NOT NULL);
    CREATE TABLE presets (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        model TEXT NOT NULL,
        sampling TEXT NOT NULL,
        grammar TEXT NOT NULL,
        json_schema TEXT NOT NULL);
    CREATE TABLE prompts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        text TEXT NOT NULL);

    CREATE VIRTUAL TABLE title_words USING fts5(title, content='conversations', content_rowid='id',
        tokenize='trigram');
    CREATE TRIGGER title_added AFTER INSERT ON conversations BEGIN
        INSERT INTO title_words(rowid, title) VALUES (new.id, new.title);
    END;
    CREATE TRIGGER title_gone AFTER DELETE ON conversations BEGIN
        INSERT INTO title_words(title_words, rowid, title) VALUES ('delete', old.id, old.title);
    END;
    CREATE TRIGGER title_changed AFTER UPDATE OF title ON conversations BEGIN
        INSERT INTO title_words(title_words, rowid, title) VALUES ('delete', old.id, old.title);
        INSERT INTO title_words(rowid, title) VALUES (new.id, new.title);
    END;

    CREATE VIRTUAL TABLE message_words USING fts5(text, content='messages', content_rowid='id',
        tokenize='trigram');
    CREATE TRIGGER words_added AFTER INSERT ON messages WHEN new.state <> 'streaming' BEGIN
        INSERT INTO message_words(rowid, text) VALUES (new.id, new.text);
    END;
    CREATE TRIGGER words_gone AFTER DELETE ON messages WHEN old.state <> 'streaming' BEGIN
        INSERT INTO message_words(message_words, rowid, text) VALUES ('delete', old.id, old.text);
    END;
    CREATE TRIGGER words_changed AFTER UPDATE OF text ON messages
        WHEN old.state <> 'streaming' AND new.state <> 'streaming' AND new.text <> old.text BEGIN
        INSERT INTO message_words(message_words, rowid, text) VALUES ('delete', old.id, old.text);
        INSERT INTO message_words(rowid, text) VALUES (new.id, new.text);
    END;
    CREATE TRIGGER words_reopened AFTER UPDATE OF state ON messages
        WHEN old.state <> 'streaming' AND new.state = 'streaming' BEGIN
        INSERT INTO message_words(message_words, rowid, text) VALUES ('delete', old.id, old.text);
    END;
    CREATE TRIGGER words_finished AFTER UPDATE OF state ON messages
        WHEN old.state = 'streaming' AND new.state <> 'streaming' BEGIN
        INSERT INTO message_words(rowid, text) VALUES (new.id, new.text);
    END;
    INSERT INTO title_words(rowid, title) SELECT id, title FROM conversations;
    INSERT INTO message_words(rowid, text) SELECT id, text FROM messages WHERE state <> 'streaming';
    PRAGMA user_version = 2;
)sql";

// Of a long text the beginning can be found: an index of trigrams is several times as big as what it is made
// of.
constexpr const char *kVersion3 = R"sql(
    CREATE TABLE attachments (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        message INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        media_type TEXT NOT NULL,
        text TEXT NOT NULL,
        bytes BLOB NOT NULL);
    CREATE INDEX attachments_of_message ON attachments(message, id);

    CREATE VIRTUAL TABLE attachment_words USING fts5(text, content='attachments', content_rowid='id',
        tokenize='trigram');
    CREATE TRIGGER attachment_added AFTER INSERT ON attachments WHEN new.kind = 'text' BEGIN
        INSERT INTO attachment_words(rowid, text) VALUES (new.id, substr(new.text, 1, 65536));
    END;
    CREATE TRIGGER attachment_gone AFTER DELETE ON attachments WHEN old.kind = 'text' BEGIN
        INSERT INTO attachment_words(attachment_words, rowid, text)
            VALUES ('delete', old.id, substr(old.text, 1, 65536));
    END;
    PRAGMA user_version = 3;
)sql";

constexpr const char *kVersion4 = R"sql(
    ALTER TABLE messages ADD COLUMN draft_tokens INTEGER NOT NULL DEFAULT -1;
    ALTER TABLE messages ADD COLUMN draft_accepted INTEGER NOT NULL DEFAULT -1;
    PRAGMA user_version = 4;
)sql";

constexpr std::array<const char *, kSchemaVersion> kSteps = {kVersion1, kVersion2, kVersion3, kVersion4};

} // namespace

void bringUpToDate(SQLite::Database &database)
{
    const auto version = [&database] {
        return static_cast<std::size_t>(database.execAndGet("PRAGMA user_version").getInt());
    };
    while (version() < kSteps.size()) {
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        // Another process may have made the step while this one waited for the lock.
        if (const std::size_t now = version(); now < kSteps.size())
            database.exec(kSteps[now]);
        transaction.commit();
    }
}

} // namespace snug::chat
