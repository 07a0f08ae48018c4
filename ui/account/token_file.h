// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <optional>
#include <string>

namespace snug::ui {

// Secrets where there is no keychain: a JSON object, origin -> secret, in a file that its owner alone may
// read and write (0600), in a folder for the owner alone (0700). The functions block and know no thread.
class TokenFile final {
public:
    explicit TokenFile(std::filesystem::path path) : m_path(std::move(path)) {}

    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }
    // nullopt without an entry or without a file; empty if the keychain has the secret. Fails with Io, or
    // Corrupt.
    [[nodiscard]] Result<std::optional<std::string>> read(const std::string &origin) const;
    // A file that is no such object is replaced. Fails with Io.
    [[nodiscard]] Result<void> put(const std::string &origin, const std::string &secret) const;
    // Nothing happens without an entry. The file goes with its last one, and whole if it is damaged.
    [[nodiscard]] Result<void> remove(const std::string &origin) const;

private:
    std::filesystem::path m_path;
};

} // namespace snug::ui
