// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

// The files of a repository at one commit (openapi.json: /api/models/{id}/tree/{rev}).
namespace snug::hub {

struct RemoteFile {
    std::string path;                  // safe: see safeRelativePath
    std::optional<std::int64_t> bytes; // absent: the server said nothing or nonsense
    std::optional<std::string> sha256; // 64 hex digits, of large files
    std::optional<std::string> sha1;   // git's: of "blob <length>\0" and the bytes; of the other files

    bool operator==(const RemoteFile &) const = default;
};

// A file that is left out, and why.
struct RefusedFile {
    std::string name;   // safe to show
    std::string reason; // of safeRelativePath, or "twin": another name that some systems take for the same

    bool operator==(const RefusedFile &) const = default;
};

struct Listing {
    std::vector<RemoteFile> files; // in the server's order
    std::vector<RefusedFile> refused;
};

// Collects the pages of one list.
class ListingBuilder {
public:
    // Fails with Protocol if `page` is no list, TooLarge for more than 100 000 files.
    [[nodiscard]] Result<void> add(const nlohmann::json &page);
    [[nodiscard]] Listing take() { return std::move(m_listing); }

private:
    void addEntry(const nlohmann::json &entry);
    void refuse(std::string_view name, std::string reason);
    [[nodiscard]] bool clashes(const std::string &path);

    Listing m_listing;
    std::map<std::string, std::string> m_folders; // key -> as it was first written
    std::set<std::string> m_files;                // keys
};

} // namespace snug::hub
