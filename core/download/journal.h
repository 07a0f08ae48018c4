// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/download/piece_map.h"
#include "core/download/sha256.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace snug::download {

// Which bytes a file's name stands for. Two files with the same identity have the same content.
struct Identity {
    std::string repository; // with the Hub's address, "https://huggingface.co/org/name"
    std::string commit;     // 40 hex digits
    std::string path;       // within the repository

    bool operator==(const Identity &) const = default;
};

// What is known of a part file, kept beside it as JSON:
//   {"schema":1, "repository", "commit", "path", "size", "hash":"sha256:<hex>" | "git-sha1:<hex>" | "",
//    "etag", "piece_size", "pieces":"<hex, one bit a piece>"}
// Pieces are told there only after their bytes were synced to the disk. A second one, "<part>.json.live", has
// "boot" as well and tells what was written since: true for as long as the system runs, whatever kills the
// program. One program writes them: the one that holds the lock of the part.
struct Journal {
    Identity identity;
    ExpectedHash hash;
    std::string etag; // of the source they came from; empty if it told none
    PieceMap pieces;
};

// "<part>.json"
[[nodiscard]] std::filesystem::path journalPath(const std::filesystem::path &part);

// Atomically. REQUIRES: the bytes of its pieces are on the disk. Fails with Io or NoSpace.
[[nodiscard]] Result<void> saveJournal(const std::filesystem::path &path, const Journal &journal);
// The live one beside it. REQUIRES: the bytes of its pieces were written. Fails with Io or NoSpace.
[[nodiscard]] Result<void> saveLiveJournal(const std::filesystem::path &path, const Journal &journal);
void removeJournal(const std::filesystem::path &path); // both
void removeLiveJournal(const std::filesystem::path &path);

// The live one if the system was not started since, else the other. Of the same content: the size (that of
// `wanted.pieces`) and the hash must agree, and without a hash the identity. Everything else, a missing,
// damaged or foreign journal, is an error that says why (NotFound, Io, TooLarge, Corrupt, InvalidArgument):
// the caller starts again.
[[nodiscard]] Result<Journal> loadJournal(const std::filesystem::path &path, const Journal &wanted);

} // namespace snug::download
