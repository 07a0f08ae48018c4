// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/index_database.h"

#include "core/base/paths.h"
#include "core/chat/utf8_stream.h"
#include "core/library/cache_layout.h"

#include <array>
#include <sqlite3.h>
#include <system_error>

namespace snug::library {
namespace {

constexpr int kSchemaVersion = 1;
constexpr int kBusyTimeoutMs = 2000;

constexpr const char *kSchema = R"sql(
    CREATE TABLE files (
        path TEXT NOT NULL PRIMARY KEY,
        bytes INTEGER NOT NULL,
        modified_ns INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        how TEXT NOT NULL,
        repository TEXT NOT NULL,
        commit_id TEXT NOT NULL,
        repository_path TEXT NOT NULL,
        level TEXT NOT NULL,
        recipe TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        verified_ms INTEGER NOT NULL);
    CREATE INDEX files_by_hash ON files(sha256);
    PRAGMA user_version = 1;
)sql";

constexpr std::array kHows = {Provenance::How::Found, Provenance::How::Downloaded, Provenance::How::Made,
                              Provenance::How::Imported};

Provenance::How howFrom(const std::string &name)
{
    for (const Provenance::How how : kHows)
        if (howName(how) == name)
            return how;
    return Provenance::How::Found;
}

std::string damageOf(SQLite::Database &database)
{
    SQLite::Statement check(database, "PRAGMA quick_check(1)");
    if (!check.executeStep())
        return "the check gave no answer";
    const std::string verdict = check.getColumn(0).getString();
    return verdict == "ok" ? std::string() : verdict;
}

OpenedIndex openChecked(const std::filesystem::path &file)
{
    OpenedIndex opened;
    opened.sqlite = std::make_unique<SQLite::Database>(
        toUtf8(file), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyTimeoutMs);
    opened.version = opened.sqlite->execAndGet("PRAGMA user_version").getInt();
    opened.reason = damageOf(*opened.sqlite);
    if (opened.reason.empty() && opened.version < 0)
        opened.reason = "its schema version is negative";
    if (!opened.reason.empty()) {
        opened.state = IndexState::Damaged;
        opened.sqlite.reset();
        return opened;
    }
    if (opened.version > kSchemaVersion) {
        opened.state = IndexState::Newer;
        opened.sqlite =
            std::make_unique<SQLite::Database>(toUtf8(file), SQLite::OPEN_READONLY, kBusyTimeoutMs);
        return opened;
    }
    opened.sqlite->exec("PRAGMA journal_mode = WAL");
    opened.sqlite->exec("PRAGMA synchronous = NORMAL");
    if (opened.version == 0) {
        SQLite::Transaction transaction(*opened.sqlite, SQLite::TransactionBehavior::IMMEDIATE);
        // Another process may have made it while this one waited for the lock.
        if (opened.sqlite->execAndGet("PRAGMA user_version").getInt() == 0)
            opened.sqlite->exec(kSchema);
        transaction.commit();
    }
    // Tables of somebody else fail here, and not in the middle of work.
    SQLite::Statement(*opened.sqlite, std::string(kIndexColumns) + "LIMIT 1").executeStep();
    return opened;
}

} // namespace

std::string_view howName(Provenance::How how)
{
    switch (how) {
    case Provenance::How::Found:
        return "found";
    case Provenance::How::Downloaded:
        return "downloaded";
    case Provenance::How::Made:
        return "made";
    case Provenance::How::Imported:
        return "imported";
    }
    return "found";
}

IndexedFile indexRow(SQLite::Statement &row)
{
    const auto text = [&row](int column) { return chat::validUtf8(row.getColumn(column).getString()); };
    IndexedFile file;
    file.path = text(0);
    file.stamp = {row.getColumn(1).getInt64(), row.getColumn(2).getInt64()};
    file.sha256 = text(3);
    file.provenance.how = howFrom(text(4));
    file.provenance.repository = text(5);
    file.provenance.commit = text(6);
    file.provenance.path = text(7);
    file.provenance.level = text(8);
    file.provenance.recipe = text(9);
    file.provenance.atMs = row.getColumn(10).getInt64();
    file.verifiedMs = row.getColumn(11).getInt64();
    return file;
}

bool isSound(const IndexedFile &file)
{
    return isContainedPath(file.path) && (file.sha256.empty() || isSha256(file.sha256)) &&
           file.stamp.bytes >= 0 && file.verifiedMs >= 0;
}

std::vector<IndexedFile> salvage(const std::filesystem::path &file)
{
    std::vector<IndexedFile> files;
    try {
        SQLite::Database database(toUtf8(file), SQLite::OPEN_READWRITE, kBusyTimeoutMs);
        SQLite::Statement rows(database, kIndexColumns);
        while (rows.executeStep())
            if (IndexedFile row = indexRow(rows); isSound(row))
                files.push_back(std::move(row));
    } catch (
        const SQLite::Exception &) { // NOLINT(bugprone-empty-catch): what was read until here is the answer
    }
    return files;
}

Error indexError(const SQLite::Exception &exception)
{
    const std::vector<std::pair<std::string, Error::Value>> detail = {
        {"reason", std::string(exception.what())}};
    switch (exception.getErrorCode()) {
    case SQLITE_FULL:
        return {ErrorKind::NoSpace, "The disk is full, so the library's index could not be saved.", detail,
                "Free some space."};
    case SQLITE_READONLY:
        return {ErrorKind::Unsupported, "The library's index can only be read here.", detail,
                "Check who may write the file, and whether a newer version of Snug made it."};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return {ErrorKind::Corrupt, "The library's index is damaged.", detail,
                "Start Snug again: it sets the index aside and makes it again from the files."};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {ErrorKind::Io, "Another program is using the library's index.", detail, "Try again."};
    default:
        return {ErrorKind::Io, "The library's index could not be read or written.", detail,
                "Check the disk and who may write the file."};
    }
}

Result<OpenedIndex> openIndexFile(const std::filesystem::path &file)
{
    std::error_code failed;
    std::filesystem::create_directories(file.parent_path(), failed);
    if (failed)
        return fail(ErrorKind::Io, "The folder of the library's index could not be made.",
                    {{"path", toUtf8(file.parent_path())}, {"reason", failed.message()}});
    try {
        return openChecked(file);
    } catch (const SQLite::Exception &exception) {
        // SQLITE_ERROR while opening: a table of ours lacks what its version promises.
        const int code = exception.getErrorCode();
        if (code != SQLITE_CORRUPT && code != SQLITE_NOTADB && code != SQLITE_ERROR)
            return tl::make_unexpected(indexError(exception));
        return OpenedIndex{nullptr, IndexState::Damaged, 0, exception.what()};
    }
}

} // namespace snug::library
