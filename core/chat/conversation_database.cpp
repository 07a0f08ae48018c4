// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/conversation_database.h"

#include "core/base/paths.h"

#include <sqlite3.h>
#include <system_error>

namespace snug::chat {
namespace {

constexpr int kSchemaVersion = 1;
constexpr int kBusyTimeoutMs = 2000;

constexpr const char *kSchema = R"sql(
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

bool meansDamage(int code)
{
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

// Reading needs no lock that another process could hold for long, so a busy file is an error, not damage.
std::string damageOf(SQLite::Database &database)
{
    SQLite::Statement check(database, "PRAGMA quick_check(1)");
    if (!check.executeStep())
        return "the check gave no answer";
    const std::string verdict = check.getColumn(0).getString();
    return verdict == "ok" ? std::string() : verdict;
}

void makeSchema(SQLite::Database &database)
{
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    // Another process may have made it while this one waited for the lock.
    if (database.execAndGet("PRAGMA user_version").getInt() == 0)
        database.exec(kSchema);
    transaction.commit();
}

void clearUp(SQLite::Database &database)
{
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    database.exec("DELETE FROM conversations WHERE deleted_ms <> 0");
    database.exec("UPDATE messages SET state = 'interrupted' WHERE state = 'streaming'");
    transaction.commit();
}

OpenedFile openChecked(const std::filesystem::path &file)
{
    OpenedFile opened;
    opened.sqlite = std::make_unique<SQLite::Database>(
        toUtf8(file), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyTimeoutMs);
    opened.version = opened.sqlite->execAndGet("PRAGMA user_version").getInt();
    opened.reason = damageOf(*opened.sqlite);
    if (opened.reason.empty() && opened.version < 0)
        opened.reason = "its schema version is negative";
    if (!opened.reason.empty()) {
        opened.state = FileState::Damaged;
        opened.sqlite.reset();
        return opened;
    }
    if (opened.version > kSchemaVersion) {
        opened.state = FileState::Newer;
        opened.sqlite =
            std::make_unique<SQLite::Database>(toUtf8(file), SQLite::OPEN_READONLY, kBusyTimeoutMs);
        return opened;
    }
    opened.sqlite->exec("PRAGMA journal_mode = WAL");
    opened.sqlite->exec("PRAGMA synchronous = NORMAL");
    opened.sqlite->exec("PRAGMA foreign_keys = ON");
    opened.sqlite->exec("PRAGMA secure_delete = ON"); // what a user deletes is gone
    if (opened.version == 0)
        makeSchema(*opened.sqlite);
    clearUp(*opened.sqlite);
    return opened;
}

} // namespace

Error databaseError(const SQLite::Exception &exception)
{
    const std::vector<std::pair<std::string, Error::Value>> detail = {
        {"reason", std::string(exception.what())}};
    switch (exception.getErrorCode()) {
    case SQLITE_FULL:
        return {ErrorKind::NoSpace, "The disk is full, so the conversation could not be saved.", detail,
                "Free some space."};
    case SQLITE_READONLY:
        return {ErrorKind::Unsupported, "The conversations can only be read here.", detail,
                "Check who may write the file, and whether a newer version of Snug made it."};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return {ErrorKind::Corrupt, "The file of conversations is damaged.", detail,
                "Start Snug again: it sets the file aside and begins a new one."};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {ErrorKind::Io, "Another program is using the conversations.", detail, "Try again."};
    default:
        return {ErrorKind::Io, "The conversations could not be read or written.", detail,
                "Check the disk and who may write the file."};
    }
}

Result<OpenedFile> openConversationFile(const std::filesystem::path &file)
{
    std::error_code failed;
    std::filesystem::create_directories(file.parent_path(), failed);
    if (failed)
        return fail(ErrorKind::Io, "The folder of the conversations could not be made.",
                    {{"path", toUtf8(file.parent_path())}, {"reason", failed.message()}});
    try {
        return openChecked(file);
    } catch (const SQLite::Exception &exception) {
        // SQLITE_ERROR while opening: a table of ours lacks what its version promises.
        const int code = exception.getErrorCode();
        if (!meansDamage(code) && code != SQLITE_ERROR)
            return tl::make_unexpected(databaseError(exception));
        return OpenedFile{nullptr, FileState::Damaged, 0, exception.what()};
    }
}

} // namespace snug::chat
