// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace snug {

// settings.json: {"schema": 1, GROUP: {NAME: value}}. Keys that this version does not know are kept as they
// are, so that an older and a newer Snug can share the file. Used on one thread; saving is the caller's
// (`text` and writeFileAtomically), so that a slow disk blocks nobody.
class SettingsStore {
public:
    static constexpr int kSchema = 1;
    static constexpr std::int64_t kMaxFileBytes = 4 * 1024 * 1024;

    // A missing file is an empty store. A damaged one is renamed to settings.damaged.json (with a number if
    // that name is taken) and told in `damage`.
    [[nodiscard]] static SettingsStore open(const std::filesystem::path &file);

    // Why the settings start afresh, if they do. Kinds: Corrupt, TooLarge, Io.
    [[nodiscard]] const std::optional<Error> &damage() const { return m_damage; }
    // False if the file is there and could neither be read nor set aside: writing would destroy it.
    [[nodiscard]] bool mayBeWritten() const { return m_mayBeWritten; }
    [[nodiscard]] const std::filesystem::path &file() const { return m_file; }

    // Null if it is not set.
    [[nodiscard]] nlohmann::json value(std::string_view group, std::string_view name) const;
    // True if this changed something. A null removes the key.
    bool set(std::string_view group, std::string_view name, nlohmann::json value);

    // What belongs into the file.
    [[nodiscard]] std::string text() const;

private:
    explicit SettingsStore(std::filesystem::path file);
    void setAside(Error reason);

    std::filesystem::path m_file;
    nlohmann::json m_content;
    std::optional<Error> m_damage;
    bool m_mayBeWritten = true;
};

} // namespace snug
