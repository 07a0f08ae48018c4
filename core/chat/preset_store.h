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

// How answers are made, under a name: for one model or for all.
struct Preset {
    std::int64_t id = 0;
    std::string name;
    std::string model;    // whom it is for, as the caller names models; empty: all
    std::string sampling; // JSON object, stop strings included
    std::string grammar;  // GBNF; empty: none
    std::string jsonSchema;

    bool operator==(const Preset &) const = default;
};

// The presets of a user. Part of ConversationStore, whose thread and errors are its own.
class PresetStore {
public:
    explicit PresetStore(SQLite::Database &database) : m_database(database) {}

    // Those for all models and those for this one, by name.
    [[nodiscard]] Result<std::vector<Preset>> list(std::string_view model);
    // Id 0: a new one. The preset with its id. Fails with InvalidArgument without a name or if the sampling
    // is no JSON object.
    [[nodiscard]] Result<Preset> save(Preset preset);
    [[nodiscard]] Result<void> remove(std::int64_t preset);

private:
    SQLite::Database &m_database;
};

} // namespace snug::chat
