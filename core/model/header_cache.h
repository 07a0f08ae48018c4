// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug {

// The first bytes of files that lie on servers, kept so that a second look costs no request. Known by the
// hash of the whole file's content, so that they never become stale. Whoever can write the folder can write
// anything: what comes from here is parsed and checked again like what comes from a server. Failures to keep
// are no errors: the cache then only does not help. Several processes may use one folder. Used by one thread
// at a time.
class HeaderCache {
public:
    static constexpr std::int64_t kMostBytes = std::int64_t{256} << 20;

    // Nothing is created here.
    explicit HeaderCache(std::filesystem::path folder, std::int64_t mostBytes = kMostBytes)
        : m_folder(std::move(folder)), m_mostBytes(mostBytes)
    {
    }

    struct Entry {
        std::vector<std::byte> bytes; // from the beginning of the file
        std::int64_t fileBytes = 0;   // of the whole file; at least as long
    };

    // `hash`: 40 or 64 hex digits, as the Hub tells them; of another `fileBytes` nothing is found.
    [[nodiscard]] std::optional<Entry> find(std::string_view hash, std::int64_t fileBytes) const;

    // Replaces what was kept; the longest unused go when all together take more than the limit.
    void keep(std::string_view hash, std::int64_t fileBytes, std::string_view bytes) const;

    // What was found could not be used.
    void drop(std::string_view hash) const;

private:
    [[nodiscard]] std::optional<std::filesystem::path> pathOf(std::string_view hash) const;
    void makeRoom() const;

    std::filesystem::path m_folder;
    std::int64_t m_mostBytes;
};

} // namespace snug
