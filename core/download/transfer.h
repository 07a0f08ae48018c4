// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/file_lock.h"
#include "core/base/result.h"
#include "core/download/clock.h"
#include "core/download/content_range.h"
#include "core/download/disk_space.h"
#include "core/download/journal.h"
#include "core/download/retry.h"
#include "core/download/sha256.h"
#include "core/download/token_bucket.h"
#include "core/http/exchange.h"
#include "core/http/url.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

// One file, from a server that may fail in every way to its final name: specs of the Hub, "rules that follow
// from reported failures". Ranged HTTP/1.1 connections fill the fixed pieces of one part file; a journal
// beside it remembers them; the hash follows while bytes arrive; the final name appears after it agreed.
namespace snug::download {

// Where the bytes are at the moment.
struct Source {
    http::Url url;                          // the last one: no redirect is followed
    std::vector<http::Header> headers = {}; // sent with every request to it; may hold a token
    std::string etag = {};                  // of the Hub, not of the content network; empty: not told
    std::int64_t bytes = kUnknown;
    std::string commit = {};                                     // empty: not told
    std::optional<std::chrono::seconds> lifetime = std::nullopt; // of a signed address; any number
};

// Asks the Hub. Called on a thread of its own, never twice at the same time; returns soon after a stop.
// RateLimited may tell retry_after_s. Network and Http 5xx are tried again; any other error ends the
// transfer.
using Resolver = std::function<Result<Source>(const std::stop_token &)>;

struct FileRequest {
    Identity identity;
    std::int64_t bytes = kUnknown;
    ExpectedHash hash;            // None: nothing can be verified
    std::filesystem::path part;   // its journal and lock lie beside it; on the volume of `target`
    std::filesystem::path target; // the final name
    // The target is a place of the program's own: a file there that is another one, or damaged, is removed
    // and fetched. Else it is somebody's, and refused.
    bool ownsTarget = false;
    Resolver resolve;
    // That of the part, where the caller has it and keeps it, so that nobody comes between this and what it
    // does with the file. Else it is taken here.
    const FileLock *lock = nullptr;
};

// The lock beside a part: who holds it may touch the part, its journal and the finished file. Makes the
// folder. nullopt if another holds it; fails with Io.
[[nodiscard]] Result<std::optional<FileLock>> lockPart(const std::filesystem::path &part);

struct Options {
    int connections = 5; // 1 to 16
    std::chrono::milliseconds connectTimeout{15'000};
    std::chrono::milliseconds stallTimeout{30'000}; // without a byte of the body: another connection
    std::chrono::seconds renewAfter{3000};          // a signed address lives 3600 s
    std::chrono::milliseconds journalEvery{500};
    std::chrono::milliseconds syncEvery{5000}; // what a power cut may cost
    int serverAttempts = 12;      // failures of the server in a row; of the network there may be any number
    bool waitForSpace = true;     // else NoSpace
    std::string proxy;            // empty: as the environment says
    std::string caFile;           // PEM; empty: the system's
    TokenBucket *limit = nullptr; // shared with other transfers; outlives this one
    // For tests.
    Clock *clock = nullptr; // the system's unless told
    Backoff::Random random;
    std::function<Result<Volume>(const std::filesystem::path &)> volume = &volumeOf;
};

enum class State { Resolving, Preflight, Downloading, Waiting, Verifying, Installing, Done };
enum class WaitReason { None, Network, Server, RateLimit, Disk, FileLock };
// As in JSON: "resolving", ...; "", "network", "server", "rate_limit", "disk", "file_lock".
[[nodiscard]] std::string_view stateName(State state);
[[nodiscard]] std::string_view waitReasonName(WaitReason reason);

struct Status {
    State state = State::Resolving;
    WaitReason waitingFor = WaitReason::None;
    std::chrono::milliseconds waitLeft{0}; // at most; 0: unknown
    std::optional<Error> trouble;          // why it waits
    std::int64_t bytesOnDisk = 0;          // never goes backwards within an attempt
    std::int64_t bytesTotal = kUnknown;
    std::int64_t bytesVerified = 0;
    int connections = 0;
    double bytesPerSecond = 0; // of the last seconds
    double secondsLeft = -1;   // -1: unknown
    int attempt = 1;           // 2: once more from the start, after a wrong hash
};
// On the thread of fetchFile; at every change of state, else at most ten times a second.
using Observer = std::function<void(const Status &)>;

struct Done {
    std::int64_t bytes = 0;        // of the file
    std::int64_t fetchedBytes = 0; // of bodies that were used, this time
    std::string hash;              // computed, of the kind asked for; empty: none
    bool alreadyThere = false;     // under its final name, with the right hash (or, without one, size)
    bool singleStream = false;     // the server could not send parts: an interruption starts from zero
    int attempts = 1;
};

// Blocks until the file is there, or until it cannot go on by itself: pausing is stopping, resuming is
// calling it again. After a stop it only syncs what it has and returns Cancelled; the part and its journal
// stay. Errors: Cancelled; NoSpace (unless it waits); Checksum (expected, actual; the part is removed);
// InvalidArgument (another file has the final name; an address or number that cannot be used); Protocol
// (wrong bytes, reason "changed" when the file was replaced on the server, "no_end" when its size and hash
// are unknown and the server does not tell where it ends); TooLarge; Http, Network (portal, certificate,
// proxy); Io (the disk; reason "busy" when another process fetches it); what the resolver failed with.
[[nodiscard]] Result<Done> fetchFile(const FileRequest &request, const Options &options,
                                     const Observer &observer, const std::stop_token &stop);

} // namespace snug::download
