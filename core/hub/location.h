// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/hub/names.h"
#include "core/hub/wire.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

// Where the bytes of a file are (specs of the Hub: /{id}/resolve/{rev}/{path}).
namespace snug::hub {

struct Location {
    http::Url url;          // the last one: answers a Range request without another redirect
    bool keepToken = false; // the whole way was at the endpoint's origin; else no token may be sent
    std::string etag;       // without quotes: sha256 or git's sha1; empty: not told
    std::optional<std::int64_t> bytes;               // absent: not told
    std::string commit;                              // 40 hex digits
    std::optional<std::chrono::sys_seconds> expires; // of a signed address
};

// What one walk along the redirects found.
struct Found {
    Location location;
    http::HttpReply reply; // of the last address
};

// GET of the file at `revision` (a commit, better) with `ask` at every step. Follows at most kMaxRedirects,
// drops the token for good at the first step to another origin, and wants X-Repo-Commit: what lacks it is not
// the Hub. Errors: as errorOf for the Hub; Http or RateLimited with reason "storage" where the bytes are
// kept; Protocol with
// reason redirect, commit or size; InvalidArgument for an unsafe path.
[[nodiscard]] Result<Found> findFile(const Wire &wire, const RepoId &id, std::string_view revision,
                                     std::string_view path, const Ask &ask, const std::stop_token &stop);

// When a signed address ends: `Expires=`, or `X-Amz-Date=` and `X-Amz-Expires=`.
[[nodiscard]] std::optional<std::chrono::sys_seconds> expiryOf(std::string_view url);

} // namespace snug::hub
