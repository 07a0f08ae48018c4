// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/library/index.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace snug::library {

// An open index whose schema is known. Only for Index's own sources.
struct Index::Database {
    std::unique_ptr<SQLite::Database> sqlite;
    bool readOnly = false;
};

enum class IndexState { Usable, Newer, Damaged };

struct OpenedIndex {
    std::unique_ptr<SQLite::Database> sqlite; // null when damaged
    IndexState state = IndexState::Usable;
    int version = 0;
    std::string reason; // of the damage
};

// Opens the file, makes its schema if it has none, and checks it. Fails with Io or NoSpace; damage is a
// state.
[[nodiscard]] Result<OpenedIndex> openIndexFile(const std::filesystem::path &file);

// The rows that can still be read of a damaged index and make sense.
[[nodiscard]] std::vector<IndexedFile> salvage(const std::filesystem::path &file);

inline constexpr const char *kIndexColumns = "SELECT path, bytes, modified_ns, sha256, how, repository, "
                                             "commit_id, repository_path, level, recipe, at_ms, "
                                             "verified_ms FROM files ";

[[nodiscard]] IndexedFile indexRow(SQLite::Statement &row);

// A path that stays in the folder, a hash that is one, no negative numbers.
[[nodiscard]] bool isSound(const IndexedFile &file);

// SQLite's exception as an error of ours.
[[nodiscard]] Error indexError(const SQLite::Exception &exception);

// Runs `work`, the only place where exceptions of SQLite end.
template <class Work> [[nodiscard]] auto indexGuarded(Work work) -> decltype(work())
{
    try {
        return work();
    } catch (const SQLite::Exception &exception) {
        return tl::make_unexpected(indexError(exception));
    }
}

} // namespace snug::library
