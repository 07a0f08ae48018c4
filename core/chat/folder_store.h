// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace SQLite {
class Database;
}

namespace snug::chat {

struct Folder {
    std::int64_t id = 0;
    std::string name;

    bool operator==(const Folder &) const = default;
};

// The folders into which a user sorts conversations, each in at most one. Part of ConversationStore, whose
// thread and errors are its own.
class FolderStore {
public:
    explicit FolderStore(SQLite::Database &database) : m_database(database) {}

    // In the order that the user gave them.
    [[nodiscard]] Result<std::vector<Folder>> list();
    // At the end of the list. Fails with InvalidArgument if the name is blank.
    [[nodiscard]] Result<Folder> create(std::string_view name);
    // The first of that name; made if there is none.
    [[nodiscard]] Result<Folder> named(std::string_view name);
    // Empty for 0 and for a folder that is gone.
    [[nodiscard]] Result<std::string> nameOf(std::int64_t folder);
    // Fails with InvalidArgument if the name is blank.
    [[nodiscard]] Result<void> rename(std::int64_t folder, std::string_view name);
    // To the place `position` (from 0) among the others.
    [[nodiscard]] Result<void> move(std::int64_t folder, std::size_t position);
    // Its conversations stay, in no folder.
    [[nodiscard]] Result<void> remove(std::int64_t folder);
    // 0: into none.
    [[nodiscard]] Result<void> put(std::int64_t conversation, std::int64_t folder);

private:
    SQLite::Database &m_database;
};

} // namespace snug::chat
