// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/pull_plan.h"

#include "app/cli/patience.h"
#include "core/hub/checkpoints.h"
#include "core/hub/levels.h"
#include "core/hub/safe_path.h"
#include "core/library/cache_layout.h"
#include "core/library/hub_cache.h"

#include <algorithm>
#include <optional>

namespace snug::cli {
namespace {

// The Hub cannot be asked just now.
bool isAway(const Error &error)
{
    return error.kind == ErrorKind::Network || (error.kind == ErrorKind::Http && Patience::mayPass(error));
}

// The Hub could give no other level for the same words, though it may have files that the cache lacks.
bool isSure(const hub::Level &level, std::string_view selector)
{
    if (level.label == hub::kCheckpointLabel)
        return hub::hasSideFiles(level);
    const std::string label = hub::pathKey(level.label);
    return selector.empty() ? label == "q4_k_m" : label != "ud-" + hub::pathKey(selector);
}

// The level as the cache has it, if it has all of it.
Result<PullPlan> cachedPlan(const HubAccess &hub, const hub::RepoReference &reference,
                            const std::stop_token &stop)
{
    const std::string revision = reference.revision.value_or("main");
    const auto &root = hub.environment.cache;
    const auto commit = hub::isCommit(revision)
                            ? std::optional(revision)
                            : library::cachedCommit(root, reference.repo.text(), revision);
    SNUG_TRY(const library::CachedRepository cached,
             library::listRepository(root, reference.repo.text(), stop));
    const auto snapshot =
        std::find_if(cached.snapshots.begin(), cached.snapshots.end(),
                     [&](const library::CachedSnapshot &one) { return commit && one.commit == *commit; });
    if (snapshot == cached.snapshots.end())
        return fail(ErrorKind::NotFound, "This version of the model is not in the cache.");
    std::vector<hub::RemoteFile> files;
    for (const library::CachedFile &file : snapshot->files)
        files.push_back({file.path, file.bytes,
                         file.sha256.empty() ? std::nullopt : std::optional(file.sha256), std::nullopt});
    SNUG_TRY(hub::Level level, hub::chooseLevel(files, reference.selector));
    if (!isSure(level, reference.selector))
        return fail(ErrorKind::NotFound, "The cache may lack what is meant.");
    return PullPlan{reference.repo, *commit, {}, level.label, std::move(level.files), true};
}

// The branch for which the cache shall remember the commit; empty where no file can have its name.
std::string branchOf(const HubAccess &hub, const hub::RepoReference &reference, const std::string &commit,
                     const std::stop_token &stop)
{
    const std::string asked = reference.revision.value_or("main");
    if (!hub::isCommit(asked))
        return library::isContainedPath(asked) ? asked : "";
    const auto main = hub.client.repository(reference.repo, "", stop);
    return main && main->commit == commit ? "main" : "";
}

Result<PullPlan> askedPlan(const HubAccess &hub, const hub::RepoReference &reference,
                           const VerbContext &context)
{
    context.progress({"resolving", 0, -1, Unit::Items});
    SNUG_TRY(const hub::Repository repository,
             hub.client.repository(reference.repo, reference.revision.value_or(""), context.stop));
    SNUG_TRY(const hub::Listing listing,
             hub.client.files(repository.model.id, repository.commit, context.stop));
    SNUG_TRY(hub::Level level, hub::chooseLevel(listing.files, reference.selector));
    return PullPlan{repository.model.id, repository.commit,
                    branchOf(hub, reference, repository.commit, context.stop), level.label,
                    std::move(level.files)};
}

} // namespace

Result<PullPlan> planPull(const HubAccess &hub, const hub::RepoReference &reference,
                          const VerbContext &context)
{
    Patience patience(context);
    for (;;) {
        Result<PullPlan> asked = askedPlan(hub, reference, context);
        if (asked)
            return asked;
        const Error &error = asked.error();
        // One answer that got lost is not the end of the network.
        const bool lost = patience.waits() == 0 && Patience::mayPass(error);
        if (isAway(error) && !lost) {
            if (auto cached = cachedPlan(hub, reference, context.stop)) {
                context.log("warning", error.message + " What is here already is used.");
                return cached;
            }
        }
        SNUG_CHECK(patience.waitAfter(error));
    }
}

} // namespace snug::cli
