// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

// Reads the cache that huggingface_hub, llama.cpp and others share (hub-docs local-cache; the layout is in
// cache_layout.h). Only models. Whoever writes to it may be a stranger: names are checked, links are believed
// only from a snapshot to the content of the same repository, everything else is left out and counted.
// Blocking functions for any thread; nothing is changed.
namespace snug::library {

struct CachedFile {
    std::string path; // inside the repository, with '/'
    std::filesystem::path snapshotPath;
    std::filesystem::path blobPath; // empty: the snapshot holds the file itself (a system without links)
    bool shared = false;            // the content belongs to several repositories
    std::int64_t bytes = 0;
    std::string sha256; // promised by the blob's name, not verified; empty for small files

    bool operator==(const CachedFile &) const = default;
};

struct CachedSnapshot {
    std::string commit;
    std::vector<std::string> refs; // "main", "refs/pr/1"
    std::vector<CachedFile> files; // by path
};

struct CachedRepository {
    std::string id; // "org/name"
    std::filesystem::path folder;
    std::vector<CachedSnapshot> snapshots; // by commit
    std::int64_t bytes = 0;                // of what the snapshots hold, content that two of them share once
    std::int64_t unusedBytes = 0;          // content that no snapshot uses, and unfinished downloads
};

struct CacheListing {
    std::vector<CachedRepository> repositories; // by id
    std::int64_t ignored = 0;                   // entries of models that are not what the layout allows
    std::vector<std::filesystem::path> unreadable;
    bool limited = false; // a limit ended the reading
    bool stopped = false;
};

struct CacheLimits {
    std::int64_t entries = 200'000; // files and folders looked at, together
    int depth = 16;                 // folders below a snapshot
};

// A cache that is not there is an empty listing. Returns soon after a stop, with what was found until then.
[[nodiscard]] CacheListing listCache(const std::filesystem::path &root, const std::stop_token &stop,
                                     const CacheLimits &limits = {});

// One repository; what is ignored or beyond the limits is left out. Fails as findFile does, or with
// Cancelled.
[[nodiscard]] Result<CachedRepository> listRepository(const std::filesystem::path &root,
                                                      std::string_view repository,
                                                      const std::stop_token &stop,
                                                      const CacheLimits &limits = {});

// The file of a repository at a commit. NotFound if it is not there, InvalidArgument for names that cannot
// be, Unsupported if a link stands in its way.
[[nodiscard]] Result<CachedFile> findFile(const std::filesystem::path &root, std::string_view repository,
                                          std::string_view commit, std::string_view path);

// The commit that the cache knows for a branch or tag; nullopt if none.
[[nodiscard]] std::optional<std::string> cachedCommit(const std::filesystem::path &root,
                                                      std::string_view repository, std::string_view revision);

} // namespace snug::library
