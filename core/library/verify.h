// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/library/content_hash.h"
#include "core/library/hub_cache.h"
#include "core/library/index.h"

// Reads files again and compares them with what is known of them. Jobs: block, tell their progress in bytes,
// and return within 100 ms of a stop.
namespace snug::library {

// Fails with Checksum (detail: wanted, found), or as download::hashFile does. REQUIRES: isContentHash(hash).
[[nodiscard]] Result<void> verifyFile(const std::filesystem::path &file, std::string_view hash,
                                      const ProgressFn &progress, const std::stop_token &stop,
                                      const HashFn &hasher = &download::hashFile);

struct Verified {
    std::string sha256;
    bool first = false; // nothing was known to compare with; from now on there is

    bool operator==(const Verified &) const = default;
};

// A file of Snug's own folder against the index, which then remembers the time `nowMs`. Checksum says whether
// the file was written since (detail: reason "changed") or its disk lost something ("damaged"); the index
// keeps the hash that was. NotFound if the index or the folder lacks it.
[[nodiscard]] Result<Verified> verifyIndexed(Index &index, std::string_view path, std::int64_t nowMs,
                                             const ProgressFn &progress, const std::stop_token &stop,
                                             const HashFn &hasher = &download::hashFile);

// A file of the Hugging Face cache against the name of its content. Unsupported (detail: reason "no_hash")
// for a file that the snapshot holds itself.
[[nodiscard]] Result<void> verifyCached(const CachedFile &file, const ProgressFn &progress,
                                        const std::stop_token &stop,
                                        const HashFn &hasher = &download::hashFile);

} // namespace snug::library
