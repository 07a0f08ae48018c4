// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/conversation_database.h"

#include "core/base/paths.h"
#include "core/chat/conversation_schema.h"

#include <sqlite3.h>
#include <system_error>

namespace snug::chat {
namespace {

constexpr int kBusyTimeoutMs = 2000;

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

// What was deleted goes for good, and what an earlier process was writing is told apart.
void clearUp(SQLite::Database &database)
{
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    database.exec("DELETE FROM conversations WHERE deleted_ms <> 0");
    database.exec("DELETE FROM messages WHERE removed_with <> 0");
    database.exec("DELETE FROM drafts WHERE conversation <> 0 AND conversation NOT IN "
                  "(SELECT id FROM conversations)");
    database.exec("UPDATE messages SET state = 'interrupted' WHERE state = 'streaming'");
    transaction.commit();
}

// Without the trigram index no file could be brought up to date, and a good one would look damaged.
Result<void> checkLibrary()
{
    constexpr int kTrigram = 3'034'000;
    if (sqlite3_libversion_number() >= kTrigram && sqlite3_compileoption_used("ENABLE_FTS5") != 0)
        return {};
    return fail(ErrorKind::Unsupported, "The SQLite library here is too old, so conversations are not kept.",
                {{"version", std::string(sqlite3_libversion())}}, "Install SQLite 3.34 or newer with FTS5.");
}

OpenedFile openChecked(const std::filesystem::path &file, bool clears)
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
    bringUpToDate(*opened.sqlite);
    if (clears)
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

Result<OpenedFile> openConversationFile(const std::filesystem::path &file, bool clears)
{
    SNUG_CHECK(checkLibrary());
    std::error_code failed;
    std::filesystem::create_directories(file.parent_path(), failed);
    if (failed)
        return fail(ErrorKind::Io, "The folder of the conversations could not be made.",
                    {{"path", toUtf8(file.parent_path())}, {"reason", failed.message()}});
    try {
        return openChecked(file, clears);
    } catch (const SQLite::Exception &exception) {
        // SQLITE_ERROR while opening: a table of ours lacks what its version promises.
        const int code = exception.getErrorCode();
        if (!meansDamage(code) && code != SQLITE_ERROR)
            return tl::make_unexpected(databaseError(exception));
        return OpenedFile{nullptr, FileState::Damaged, 0, exception.what()};
    }
}

} // namespace snug::chat
