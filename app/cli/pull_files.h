// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/cache_record.h"
#include "app/cli/hub_access.h"
#include "app/cli/pull_plan.h"
#include "app/cli/pull_record.h"
#include "app/cli/verb.h"
#include "core/download/preflight.h"
#include "core/download/transfer.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace snug::cli {

// Brings the files of a plan into the Hugging Face cache, one after the other; what the cache has is not
// fetched. Used on one thread.
class PullFiles {
public:
    struct Limits {
        int connections = 5;
        std::int64_t bytesPerSecond = 0; // 0: none
    };

    // A file and where it is now.
    using Placed = std::function<void(const hub::RemoteFile &, const std::filesystem::path &)>;

    PullFiles(const HubAccess &hub, const PullPlan &plan, const VerbContext &context, Limits limits);

    // Called for each file, in the order of the plan, on the thread that runs.
    void observe(Placed placed) { m_placed = std::move(placed); }

    // The unfinished files of what has to be fetched. Instead of the other two.
    [[nodiscard]] Result<std::vector<download::PlannedFile>> filesToCome();

    // Only looks whether there is room for all of it and for what the `others` still need, and tells the
    // record what belongs to it. Returns repository, commit, level and bytes. Errors: those of
    // download::checkSpace and PullRecord::write.
    [[nodiscard]] Result<nlohmann::json> check(const PullRecord &record,
                                               const std::vector<PullRecord> &others);

    // The same, then fetches it; what the record told and nobody needs any more is thrown away. The fields of
    // the verb's result. Other errors: those of download::fetchFile, library::placeFile and
    // library::placeRef.
    [[nodiscard]] Result<nlohmann::json> run(const PullRecord &record, const std::vector<PullRecord> &others);

private:
    struct File {
        const hub::RemoteFile &remote;
        download::ExpectedHash hash;
        std::string part; // file name of the unfinished one
    };

    [[nodiscard]] Result<void> nameParts();
    // What has to be fetched.
    [[nodiscard]] std::vector<PullRecord::Part> missing() const;
    [[nodiscard]] std::vector<download::PlannedFile>
    planned(const std::vector<PullRecord::Part> &parts) const;
    [[nodiscard]] Result<void> checkRoom(const std::vector<PullRecord::Part> &parts,
                                         const std::vector<PullRecord> &others) const;
    [[nodiscard]] Result<void> narrow(const PullRecord &record, std::vector<PullRecord::Part> parts) const;
    [[nodiscard]] download::FileRequest requestFor(const File &file) const;
    [[nodiscard]] Result<nlohmann::json> bring(const File &file);
    // Returns true if the bytes were compared with their hash.
    [[nodiscard]] Result<bool> ensure(const File &file);
    [[nodiscard]] bool isCached(const File &file) const;
    [[nodiscard]] bool hasContent(const File &file) const;
    // Waits while another process fetches it.
    [[nodiscard]] Result<FileLock> lockOf(const File &file) const;
    [[nodiscard]] Result<void> fetchAndPlace(const File &file, const FileLock &lock);
    [[nodiscard]] download::Resolver resolverFor(const File &file) const;
    [[nodiscard]] Result<void> place(const File &file, const std::string &etag, std::int64_t bytes,
                                     const std::filesystem::path &content) const;
    void show(const download::Status &status);

    const HubAccess &m_hub;
    const PullPlan &m_plan;
    const VerbContext &m_context;
    Placed m_placed;
    download::TokenBucket m_limit;
    download::Options m_options;
    CacheRecord m_record;
    std::filesystem::path m_folder; // of unfinished files
    std::vector<File> m_files;
    std::int64_t m_total = 0;    // of all files; -1: unknown
    std::int64_t m_finished = 0; // bytes of the files that are done
    std::int64_t m_transferred = 0;
    download::WaitReason m_toldWait = download::WaitReason::None;
};

} // namespace snug::cli
