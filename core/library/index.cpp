// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/index.h"

#include "core/base/paths.h"
#include "core/base/set_aside.h"
#include "core/chat/utf8_stream.h"
#include "core/library/cache_layout.h"
#include "core/library/index_database.h"
#include "core/library/model_files.h"

#include <algorithm>
#include <map>
#include <utility>

namespace snug::library {
namespace {

namespace fs = std::filesystem;

std::int64_t msOf(std::chrono::system_clock::time_point time)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

tl::unexpected<Error> unsound()
{
    return fail(ErrorKind::InvalidArgument,
                "The library's index holds only files of its own folder, with names that are text.");
}

void bind(SQLite::Statement &statement, const IndexedFile &file)
{
    const auto text = [](std::string_view value) { return chat::validUtf8(value); };
    statement.bind(1, file.path);
    statement.bind(2, file.stamp.bytes);
    statement.bind(3, file.stamp.modified);
    statement.bind(4, file.sha256);
    statement.bind(5, std::string(howName(file.provenance.how)));
    statement.bind(6, text(file.provenance.repository));
    statement.bind(7, text(file.provenance.commit));
    statement.bind(8, text(file.provenance.path));
    statement.bind(9, text(file.provenance.level));
    statement.bind(10, text(file.provenance.recipe));
    statement.bind(11, file.provenance.atMs);
    statement.bind(12, file.verifiedMs);
}

} // namespace

Index::Index(fs::path folder, std::unique_ptr<Database> database, Clock clock)
    : m_folder(std::move(folder)), m_database(std::move(database)), m_clock(std::move(clock))
{
}

Index::~Index() = default;

bool Index::readOnly() const
{
    return m_database->readOnly;
}

Result<std::unique_ptr<Index>> Index::open(const fs::path &folder, const fs::path &file,
                                           const std::stop_token &stop, Clock clock)
{
    SNUG_TRY(OpenedIndex opened, openIndexFile(file));
    fs::path aside;
    const std::string reason = opened.reason;
    if (opened.state == IndexState::Damaged) {
        SNUG_TRY(aside, setDatabaseAside(file, clock()));
        SNUG_TRY(opened, openIndexFile(file));
        if (opened.state == IndexState::Damaged)
            return fail(ErrorKind::Io, "The library's new index could not be read back.",
                        {{"path", toUtf8(file)}, {"reason", opened.reason}}, "Check the disk.");
    }
    const bool newer = opened.state == IndexState::Newer;
    auto database = std::make_unique<Database>(Database{std::move(opened.sqlite), newer});
    std::unique_ptr<Index> index(new Index(folder, std::move(database), std::move(clock)));
    if (newer)
        index->m_problem =
            Error{ErrorKind::Unsupported,
                  "A newer version of Snug wrote the library's index; it can be read, not changed.",
                  {{"path", toUtf8(file)}, {"version", std::int64_t{opened.version}}},
                  "Update Snug."};
    if (!aside.empty())
        SNUG_CHECK(index->rebuild(aside, reason, stop));
    return index;
}

Result<void> Index::rebuild(const fs::path &aside, const std::string &reason, const std::stop_token &stop)
{
    std::int64_t salvaged = 0;
    for (const IndexedFile &file : salvage(aside)) {
        SNUG_CHECK(record(file));
        ++salvaged;
    }
    const auto changes = refresh(stop);
    if (!changes && changes.error().kind != ErrorKind::NotFound) // without a folder there is nothing to find
        return tl::make_unexpected(changes.error());
    m_problem =
        Error{ErrorKind::Corrupt,
              "The library's index was damaged, so it was made again from the files; where some of them "
              "came from may be forgotten.",
              {{"set_aside", toUtf8(aside)},
               {"reason", reason},
               {"files", changes ? changes->added : 0},
               {"salvaged", salvaged}},
              "The damaged index was kept; a backup of it can be put back in its place."};
    return {};
}

Result<void> Index::record(const IndexedFile &file)
{
    if (!isSound(file))
        return unsound();
    return indexGuarded([&]() -> Result<void> {
        SQLite::Statement statement(
            *m_database->sqlite, "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        bind(statement, file);
        statement.exec();
        return {};
    });
}

Result<void> Index::setHash(std::string_view path, const FileStamp &stamp, std::string_view sha256,
                            std::int64_t verifiedMs)
{
    SNUG_TRY(std::optional<IndexedFile> known, find(path));
    if (!known)
        return fail(ErrorKind::NotFound, "This file is not in the library's index.",
                    {{"path", std::string(path)}});
    known->stamp = stamp;
    known->sha256 = sha256;
    known->verifiedMs = verifiedMs;
    return record(*known);
}

Result<void> Index::forget(std::string_view path)
{
    return indexGuarded([&]() -> Result<void> {
        SQLite::Statement statement(*m_database->sqlite, "DELETE FROM files WHERE path = ?");
        statement.bind(1, chat::validUtf8(path));
        if (statement.exec() == 0)
            return fail(ErrorKind::NotFound, "This file is not in the library's index.");
        return {};
    });
}

Result<std::vector<IndexedFile>> Index::select(const char *condition, std::string_view value)
{
    return indexGuarded([&]() -> Result<std::vector<IndexedFile>> {
        std::vector<IndexedFile> files;
        SQLite::Statement rows(*m_database->sqlite, std::string(kIndexColumns) + condition);
        rows.bind(1, chat::validUtf8(value));
        while (rows.executeStep())
            if (IndexedFile row = indexRow(rows); isSound(row))
                files.push_back(std::move(row));
        return files;
    });
}

Result<std::optional<IndexedFile>> Index::find(std::string_view path)
{
    SNUG_TRY(std::vector<IndexedFile> files, select("WHERE path = ?", path));
    return files.empty() ? std::optional<IndexedFile>() : std::optional(std::move(files.front()));
}

Result<std::vector<IndexedFile>> Index::withHash(std::string_view sha256)
{
    return sha256.empty() ? std::vector<IndexedFile>() : select("WHERE sha256 = ? ORDER BY path", sha256);
}

Result<std::vector<IndexedFile>> Index::all()
{
    return select("WHERE path <> ? ORDER BY path", "");
}

Result<Index::Changes> Index::refresh(const std::stop_token &stop)
{
    SNUG_TRY(const std::vector<ModelFile> present, modelFilesBelow(m_folder, stop));
    SNUG_TRY(const std::vector<IndexedFile> known, all());
    std::map<std::string, FileStamp> unseen;
    for (const ModelFile &file : present)
        if (isContainedPath(file.path))
            unseen.emplace(file.path, file.stamp);
    Changes changes;
    std::vector<IndexedFile> missing;
    for (const IndexedFile &row : known) {
        const auto here = unseen.find(row.path);
        if (here == unseen.end()) {
            missing.push_back(row);
            continue;
        }
        if (here->second != row.stamp) {
            SNUG_CHECK(setHash(row.path, here->second, {}, 0));
            ++changes.changed;
        }
        unseen.erase(here);
    }
    for (const auto &[path, stamp] : unseen)
        SNUG_CHECK(takeIn(path, stamp, missing, changes));
    for (const IndexedFile &row : missing)
        changes.missing.push_back(row.path);
    return changes;
}

Result<void> Index::takeIn(const std::string &path, const FileStamp &stamp, std::vector<IndexedFile> &missing,
                           Changes &changes)
{
    const auto old = std::find_if(missing.begin(), missing.end(),
                                  [&stamp](const IndexedFile &row) { return row.stamp == stamp; });
    if (old == missing.end()) {
        IndexedFile found{path, stamp, {}, {}, 0};
        found.provenance.atMs = msOf(m_clock());
        ++changes.added;
        return record(found);
    }
    IndexedFile renamed = std::move(*old);
    const std::string oldPath = std::exchange(renamed.path, path);
    missing.erase(old);
    ++changes.renamed;
    SNUG_CHECK(record(renamed)); // first, so that a death in between loses nothing
    return forget(oldPath);
}

std::optional<FileStamp> stampOf(const fs::path &file)
{
    std::error_code error;
    if (!fs::is_regular_file(file, error))
        return std::nullopt;
    const std::uintmax_t bytes = fs::file_size(file, error);
    const fs::file_time_type modified = error ? fs::file_time_type() : fs::last_write_time(file, error);
    if (error)
        return std::nullopt;
    return FileStamp{static_cast<std::int64_t>(bytes), modified.time_since_epoch().count()};
}

} // namespace snug::library
