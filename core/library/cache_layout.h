// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

// The names inside the Hugging Face cache (hub-docs local-cache), and which of its links may be believed:
//
//   ROOT/.locks/models--org--name/<etag>.lock
//   ROOT/models--org--name/refs/<revision>            40 hex digits, no newline
//   ROOT/models--org--name/blobs/<etag>               content; named by SHA-256 or git SHA-1
//   ROOT/models--org--name/snapshots/<commit>/<path>  link to ../../blobs/<etag>, or a file of its own
//   ROOT/blobs/<2 hex>/<64 hex>                       content that several repositories share; their
//                                                     blobs/<etag> are then links to it
namespace snug::library {

inline constexpr std::string_view kSharedBlobsMarker = ".huggingface-shared-blobs";

// A SHA-256 or a git SHA-1 in lower-case hexadecimal digits: the only names that Snug gives to content.
[[nodiscard]] bool isContentHash(std::string_view text);
[[nodiscard]] bool isSha256(std::string_view text);

// For names that are on this machine already and may be anybody's; those that the Hub gives pass the narrower
// hub::safeRelativePath first. A path with '/' that stays below the folder it is joined to, on every system:
// no empty, "." or ".." segment, no backslash, colon, wildcard or control character, no device name of
// Windows, no segment that ends in a dot or space, valid UTF-8, at most 1024 bytes and 32 segments.
[[nodiscard]] bool isContainedPath(std::string_view path);

// "org/name" or "name" -> "models--org--name"; nullopt for what is no repository's name.
[[nodiscard]] std::optional<std::string> cacheFolderName(std::string_view repository);
// The reverse; nullopt for data sets, spaces and anything else.
[[nodiscard]] std::optional<std::string> repositoryOfFolder(std::string_view folderName);

// One repository's folder in a cache. The folders on the way to it are no links, once openCacheFolder found
// them so.
struct CacheFolder {
    std::filesystem::path root; // canonical
    std::filesystem::path folder;
    std::string name; // "models--org--name"

    [[nodiscard]] std::filesystem::path blob(std::string_view name) const;
    [[nodiscard]] std::filesystem::path snapshot(std::string_view commit) const;
    [[nodiscard]] std::filesystem::path ref(std::string_view revision) const;
    [[nodiscard]] std::filesystem::path locks() const;
};

// Fails with InvalidArgument (the name), NotFound, Io, or Unsupported where a folder of it is a link.
[[nodiscard]] Result<CacheFolder> openCacheFolder(const std::filesystem::path &root,
                                                  std::string_view repository);

// Content that a repository has under the hash that is its name.
struct Blob {
    std::int64_t bytes = 0;
    bool shared = false; // a link into the cache's shared content
};

// nullopt for what is neither a regular file nor such a link. `path` is folder.blob(...).
[[nodiscard]] std::optional<Blob> readBlob(const CacheFolder &folder, const std::filesystem::path &path);

// What stands in a snapshot under a name.
struct SnapshotEntry {
    enum class Kind {
        Absent,
        Linked,  // to a blob of this repository
        OwnFile, // a regular file
        Refused, // a link that leads elsewhere or nowhere, or no regular file
    };
    Kind kind = Kind::Absent;
    std::filesystem::path blob; // Linked: the repository's name of the content
    bool shared = false;        // Linked: the blob is itself a link into the cache's shared content
    std::int64_t bytes = 0;
};

// `entry` lies below folder.snapshot(...), and the folders between are no links (see reachesWithoutLinks).
[[nodiscard]] SnapshotEntry readSnapshotEntry(const CacheFolder &folder, const std::filesystem::path &entry);

// Every folder from `top` down to the parent of top/path is there and no link.
[[nodiscard]] bool reachesWithoutLinks(const std::filesystem::path &top, const std::filesystem::path &path);

} // namespace snug::library
