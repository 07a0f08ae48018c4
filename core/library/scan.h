// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/model/facts.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

// Finds the GGUF models below some folders. Links are followed, loops and files that were met under another
// name are not entered twice; the parts of a split model (NAME-00001-of-00003.gguf) are one model; projectors
// (mmproj) are left out, because nobody can chat with one.
namespace snug::library {

struct ScanLimits {
    int depth = 12;                 // folders below a root
    std::int64_t entries = 200'000; // files and folders looked at, together
    std::int64_t models = 10'000;
};

// What must stay the same for facts that were read before to be still true.
struct FileStamp {
    std::int64_t bytes = 0;
    std::int64_t modified = 0; // nanoseconds of the file system's clock

    bool operator==(const FileStamp &) const = default;
};

struct KnownFacts {
    FileStamp stamp;
    Result<ModelFacts> facts;
};

using FactsCache = std::map<std::filesystem::path, KnownFacts>;

struct FoundModel {
    std::filesystem::path path;    // of the first part
    std::filesystem::path root;    // the root under which it was found
    FileStamp stamp;               // bytes of all parts, time of the latest
    std::int64_t modifiedUnix = 0; // seconds
    int parts = 1;
    int expectedParts = 1;
    Result<ModelFacts> facts; // of the first part
};

struct ScanReport {
    std::vector<FoundModel> models;
    std::vector<std::filesystem::path> folders;    // looked into
    std::vector<std::filesystem::path> missing;    // roots that are not there
    std::vector<std::filesystem::path> unreadable; // folders that could not be opened
    bool limited = false;                          // a limit of ScanLimits ended the search
    bool stopped = false;
};

struct ScanRequest {
    std::vector<std::filesystem::path> roots; // folders, or single files
    ScanLimits limits;
};

// As scan, but opens no file: the facts are empty, and what only its header tells to be no model is among
// them.
[[nodiscard]] ScanReport findModelFiles(const ScanRequest &request, const std::stop_token &stop);

// Blocks; reads only headers, and none whose facts are `known`. Returns soon after a stop, with what was
// found until then.
[[nodiscard]] ScanReport scan(const ScanRequest &request, const FactsCache &known,
                              const std::stop_token &stop);

} // namespace snug::library
