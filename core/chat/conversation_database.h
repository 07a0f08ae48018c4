// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>
#include <string>

namespace snug::chat {

enum class FileState { Usable, Newer, Damaged };

struct OpenedFile {
    std::unique_ptr<SQLite::Database> sqlite; // null when damaged
    FileState state = FileState::Usable;
    int version = 0;
    std::string reason; // of the damage
};

// Opens the file, makes or brings up to date its schema, checks it and, if it `clears`, erases what was
// deleted. Fails with Io, NoSpace or
// Unsupported (no full-text search here); damage is a state.
[[nodiscard]] Result<OpenedFile> openConversationFile(const std::filesystem::path &file, bool clears);

// SQLite's exception as an error of ours.
[[nodiscard]] Error databaseError(const SQLite::Exception &exception);

// Runs `work`, the only place where exceptions of SQLite end. Only for the sources of the stores.
template <class Work> [[nodiscard]] auto guarded(Work work) -> decltype(work())
{
    try {
        return work();
    } catch (const SQLite::Exception &exception) {
        return tl::make_unexpected(databaseError(exception));
    }
}

} // namespace snug::chat
