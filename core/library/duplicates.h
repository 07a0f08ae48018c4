// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/library/content_hash.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace snug::library {

// A file of any store.
struct ContentFile {
    std::filesystem::path path;
    std::int64_t bytes = 0;
    std::string sha256; // if known; else computed when another file is as long
};

struct DuplicateGroup {
    std::string sha256;
    std::int64_t bytes = 0; // of one copy
    // The data on disk, each with all its names here: hard links and links cost nothing.
    std::vector<std::vector<std::filesystem::path>> copies;
    std::int64_t reclaimableBytes = 0; // if one copy stayed

    bool operator==(const DuplicateGroup &) const = default;
};

struct DuplicateReport {
    std::vector<DuplicateGroup> groups; // most to reclaim first
    std::int64_t reclaimableBytes = 0;
    std::map<std::filesystem::path, std::string> computed; // hashes worth remembering
    std::vector<std::filesystem::path> unreadable;
};

// Files with the same content. Only files of one length are read, and none whose hash is known. Bytes that
// two files share by a reflink cannot be told from a copy. Progress in bytes over all that is read, stage
// "comparing". Fails with Cancelled; a file that cannot be read is told.
[[nodiscard]] Result<DuplicateReport> findDuplicates(const std::vector<ContentFile> &files,
                                                     const ProgressFn &progress, const std::stop_token &stop,
                                                     const HashFn &hasher = &download::hashFile);

} // namespace snug::library
