// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

// Removes files from the Hugging Face cache: first a plan that tells what it frees, then the act.
namespace snug::library {

struct CacheRemovalItem {
    std::string path; // in the repository
    std::filesystem::path snapshotPath;
    std::filesystem::path blobPath; // empty: the snapshot holds the file itself
    std::int64_t bytes = 0;
    std::int64_t freedBytes = 0; // 0 while something keeps the data alive
    // Other names of the same data that stay: links of snapshots, and content that repositories share.
    std::vector<std::filesystem::path> keptBy;
    std::int64_t otherHardLinks = 0; // names of the data that the cache does not know
};

struct CacheRemoval {
    std::filesystem::path root;
    std::string repository;
    std::string commit;
    std::vector<CacheRemovalItem> items;
    std::int64_t freedBytes = 0; // of all items together, each content once
};

// `paths` empty: every file of the snapshot. Changes nothing. Fails as findFile does.
[[nodiscard]] Result<CacheRemoval> planCacheRemoval(const std::filesystem::path &root,
                                                    std::string_view repository, std::string_view commit,
                                                    std::span<const std::string> paths,
                                                    const std::stop_token &stop);

struct CacheRemoved {
    std::int64_t files = 0;
    std::int64_t freedBytes = 0;
};

// Removes what the plan names: each link, then its content unless another snapshot came to use it since.
// Where nothing is left of a snapshot, its branches and empty folders go too. Looks at every path again and
// follows no link. A file that is gone already is no error. Fails with Cancelled, Io, Unsupported.
[[nodiscard]] Result<CacheRemoved> removeFromCache(const CacheRemoval &plan, const std::stop_token &stop);

} // namespace snug::library
