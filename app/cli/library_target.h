// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/library_access.h"

#include <stop_token>
#include <string>
#include <variant>
#include <vector>

namespace snug::cli {

struct OwnFiles {
    std::vector<std::string> paths; // below Snug's folder, with '/'
};

struct CachedFiles {
    std::string repository;
    std::string commit;             // empty: every snapshot
    std::vector<std::string> files; // in the repository; empty: all of them
};

// What a person names to `verify` or `remove`: files that Snug may judge and remove.
using LibraryTarget = std::variant<OwnFiles, CachedFiles>;

// `argument`: a repository of the Hugging Face cache, or a path in the cache or in Snug's folder; of a split
// model any part stands for all, a folder for what is in it. `act` is the verb of the sentence when the path
// belongs to another program or to nobody: Unsupported (detail: store). NotFound for what is not there,
// InvalidArgument for a folder that holds the whole store, Cancelled.
[[nodiscard]] Result<LibraryTarget> findTarget(const LibraryAccess &access, const std::string &argument,
                                               std::string_view act, const std::stop_token &stop);

} // namespace snug::cli
