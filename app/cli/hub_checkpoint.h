// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/hub_access.h"
#include "app/cli/pull_plan.h"
#include "app/cli/verb.h"
#include "core/convert/checkpoint.h"
#include "core/convert/shards.h"
#include "core/download/preflight.h"

#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace snug::cli {

// A checkpoint at the Hub that is converted while its weights are still on their way into the cache. First
// come the small files and the list of the tensors; the weights only when weights() asks for them, so that
// what cannot be converted is not downloaded. A thread of its own fetches them; the rest on one thread, but
// for the shards.
class HubCheckpoint : public std::enable_shared_from_this<HubCheckpoint> {
public:
    // REQUIRES: the plan is of a checkpoint; `context` outlives this.
    [[nodiscard]] static std::shared_ptr<HubCheckpoint>
    make(HubAccess hub, PullPlan plan, hub::RepoReference reference, const VerbContext &context);
    // Stops the thread, unless all files are there.
    ~HubCheckpoint();
    HubCheckpoint(const HubCheckpoint &) = delete;
    HubCheckpoint &operator=(const HubCheckpoint &) = delete;

    // Fetches the small files and the headers of the weights, as far as the cache lacks them. Errors:
    // Cancelled, those of PullFiles::run and checkpointAtHub.
    [[nodiscard]] Result<convert::Checkpoint> read();
    // Where the small files are. REQUIRES: read() succeeded.
    [[nodiscard]] std::filesystem::path folder() const { return m_folder; }
    // {"format", "repository", "commit", "files": [{"path", "bytes", "sha256"}]}
    [[nodiscard]] nlohmann::json origin() const;
    // ORG/NAME.
    [[nodiscard]] const std::string &name() const { return m_plan.id.text(); }

    // Weights that are not needed are not fetched. Before weights(); `needed` by the place in
    // Checkpoint::shards.
    void leaveOut(const convert::Checkpoint &checkpoint, const std::vector<bool> &needed);
    // The unfinished files of what is still to be fetched.
    [[nodiscard]] Result<std::vector<download::PlannedFile>> filesToCome() const;

    // From now on the weights are fetched. await() of one fails as PullFiles::run. Keeps this alive.
    [[nodiscard]] Result<std::unique_ptr<convert::Shards>> weights(const convert::Checkpoint &checkpoint);

    // Blocks until that file is in the cache; any thread. Errors: Cancelled, those of PullFiles::run.
    [[nodiscard]] Result<std::filesystem::path> await(const std::string &path, const std::stop_token &stop);

private:
    HubCheckpoint(HubAccess hub, PullPlan plan, hub::RepoReference reference, const VerbContext &context);
    [[nodiscard]] Result<void> fetchSmallFiles();
    void fetch(const std::stop_token &stop);
    [[nodiscard]] std::string weightsFolder() const; // in the repository, with '/'
    [[nodiscard]] bool isAwaited();
    void isPlaced(const hub::RemoteFile &file, const std::filesystem::path &place);

    HubAccess m_hub;
    PullPlan m_plan; // the small files first
    hub::RepoReference m_reference;
    const VerbContext &m_context;
    std::filesystem::path m_folder;

    std::mutex m_mutex; // of all below
    std::condition_variable_any m_changed;
    std::map<std::string, std::filesystem::path> m_placed; // by the path in the repository
    int m_waiting = 0;                                     // in await()
    std::optional<Error> m_trouble;                        // of the thread
    std::jthread m_thread;
};

} // namespace snug::cli
