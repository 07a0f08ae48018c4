// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace SQLite {
class Database;
}

namespace snug::chat {

// A system prompt under a name.
struct SavedPrompt {
    std::int64_t id = 0;
    std::string name;
    std::string text;

    bool operator==(const SavedPrompt &) const = default;
};

// The saved system prompts of a user, and what was asked before. Part of ConversationStore, whose thread and
// errors are its own.
class PromptStore {
public:
    explicit PromptStore(SQLite::Database &database) : m_database(database) {}

    // By name.
    [[nodiscard]] Result<std::vector<SavedPrompt>> list();
    // Id 0: a new one. The prompt with its id. Fails with InvalidArgument without a name.
    [[nodiscard]] Result<SavedPrompt> save(SavedPrompt prompt);
    [[nodiscard]] Result<void> remove(std::int64_t prompt);

    // What the user sent last in any conversation that is there, newest first, nothing twice.
    [[nodiscard]] Result<std::vector<std::string>> lastSent(std::size_t most);

private:
    SQLite::Database &m_database;
};

} // namespace snug::chat
