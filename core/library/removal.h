// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/library/index.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

// Removes files from Snug's own folder: first a plan that names the bytes, then the act.
namespace snug::library {

struct RemovalItem {
    std::string path; // below the folder
    std::int64_t bytes = 0;
    std::int64_t freedBytes = 0;               // 0 while another name keeps the data alive
    std::vector<std::filesystem::path> keptBy; // the names of the data that are known
    std::int64_t otherHardLinks = 0;           // and how many there are, known or not
};

struct Removal {
    std::vector<RemovalItem> items;
    std::int64_t freedBytes = 0;
};

// Each path with the other parts of its split model. `others` are files of other stores that may be the same
// data. Changes nothing. Fails with InvalidArgument (a path that leaves the folder), NotFound, Cancelled.
[[nodiscard]] Result<Removal> planRemoval(const std::filesystem::path &folder,
                                          std::span<const std::string> paths,
                                          std::span<const std::filesystem::path> others,
                                          const std::stop_token &stop);

struct Removed {
    std::int64_t files = 0;
    std::int64_t freedBytes = 0;
};

// Removes the files of the plan and what the index knows of them, then folders that became empty. The first
// part of a split model goes first, so that no half model looks whole. Follows no link; a file that is gone
// already is no error. Fails with Cancelled, Io, Unsupported (a link is in the way, or the index is
// read-only).
[[nodiscard]] Result<Removed> removeFiles(Index &index, const Removal &plan, const std::stop_token &stop);

} // namespace snug::library
