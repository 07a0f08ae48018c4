// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "core/hub/environment.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>

// What a download that did not end leaves: <hash>.part, its journal and lock, and <hash>.whole, which only
// lacks its place in the cache.
namespace snug::cli {

// Where unfinished files are: in Snug's own folder, or beside the cache if that is on another volume, so that
// nothing has to be copied at the end.
[[nodiscard]] std::filesystem::path unfinishedFolder(const hub::Environment &hub, const VerbContext &context);

// The finished file of `part`.
[[nodiscard]] std::filesystem::path wholeOf(const std::filesystem::path &part);

// Removes all of it and returns the bytes that are free again. A download of it that is just ending is waited
// for, one that goes on fails with Io, detail reason "busy". Other errors: Cancelled, Io.
[[nodiscard]] Result<std::int64_t> discardUnfinished(const std::filesystem::path &part,
                                                     const std::stop_token &stop);

} // namespace snug::cli
