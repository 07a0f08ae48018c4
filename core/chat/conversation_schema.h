// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

namespace SQLite {
class Database;
}

namespace snug::chat {

// The version that this program writes; user_version of the file.
inline constexpr int kSchemaVersion = 4;

// Brings a file of an older version, or an empty one, up to date: each version in one transaction, so that a
// death midway leaves the one before. Throws SQLite::Exception.
void bringUpToDate(SQLite::Database &database);

} // namespace snug::chat
