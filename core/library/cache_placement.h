// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

// Writes into the cache that huggingface_hub shares (hub-docs local-cache), in an order that leaves a
// readable cache at every moment: first the content, then the link to it, last the branch, when all files of
// it are there. Only whole, verified files.
namespace snug::library {

struct Placement {
    std::filesystem::path root; // made if there is none
    std::string repository;     // "org/name"
    std::string commit;
    std::string path; // in the repository
    std::string etag; // SHA-256 or git SHA-1 of the content
    std::int64_t bytes = 0;
    // A verified file that is given away; best on the volume of the cache. Empty: the cache has the content
    // already (see hasContent).
    std::filesystem::path content;
    bool links = true; // false: as on a system where links cannot be made
};

struct Placed {
    std::filesystem::path snapshotPath;
    std::filesystem::path blobPath; // empty: the snapshot holds the file itself
};

// Takes the lock that huggingface_hub takes, and waits for it. Stages of the progress, each told before it
// begins: "waiting", "placing" (then "copying", with bytes, on another volume), "linking". A stop
// between them ends with Cancelled, and doing the same again ends well: the content is then found in its
// place. Other errors: InvalidArgument (names; the content is not `bytes` long), NotFound (no content), Io,
// NoSpace, Unsupported (a folder of the cache is a link).
[[nodiscard]] Result<Placed> placeFile(const Placement &placement, const ProgressFn &progress,
                                       const std::stop_token &stop);

// That the branch or tag `revision` stands at `commit`; nothing for a revision that is a commit. Errors:
// InvalidArgument (names), Io, NoSpace, Unsupported (a folder of the cache is a link).
[[nodiscard]] Result<void> placeRef(const std::filesystem::path &root, const std::string &repository,
                                    const std::string &revision, const std::string &commit);

// The cache holds a file of this hash and length for the repository, so that nothing need be fetched.
[[nodiscard]] bool hasContent(const std::filesystem::path &root, const std::string &repository,
                              const std::string &etag, std::int64_t bytes);

} // namespace snug::library
