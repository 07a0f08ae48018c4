// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/removal_plan.h"

#include "core/base/paths.h"
#include "core/library/hub_cache.h"
#include "core/library/model_files.h"

#include <algorithm>
#include <set>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Paths = std::vector<fs::path>;

// Every name of a model's data in any store.
Paths namesEverywhere(const LibraryAccess &access, const std::stop_token &stop)
{
    Paths names;
    if (const auto own = library::modelFilesBelow(access.own, stop)) {
        for (const library::ModelFile &file : *own)
            names.push_back(access.own / fromUtf8(file.path));
    }
    for (const auto &repository : library::listCache(access.cache, stop).repositories) {
        for (const auto &snapshot : repository.snapshots) {
            for (const library::CachedFile &file : snapshot.files)
                names.push_back(file.snapshotPath);
        }
    }
    for (const auto &model : library::readForeignStores(access.stores, stop).models) {
        const Paths parts = partsOf(model.path);
        names.insert(names.end(), parts.begin(), parts.end());
    }
    return names;
}

Result<void> planCached(const LibraryAccess &access, const CachedFiles &wanted, RemovalPlan &plan,
                        const std::stop_token &stop)
{
    SNUG_TRY(const auto repository, library::listRepository(access.cache, wanted.repository, stop));
    bool found = false;
    for (const auto &snapshot : repository.snapshots) {
        if (!wanted.commit.empty() && snapshot.commit != wanted.commit)
            continue;
        auto one =
            library::planCacheRemoval(access.cache, wanted.repository, snapshot.commit, wanted.files, stop);
        if (!one && one.error().kind == ErrorKind::NotFound && !wanted.files.empty())
            continue; // another snapshot has it
        if (!one)
            return tl::make_unexpected(std::move(one).error());
        found = true;
        plan.cache.push_back(*std::move(one));
    }
    if (!found)
        return fail(ErrorKind::NotFound, "There is no such file in the cache.",
                    {{"repository", wanted.repository}}, "See what there is with: snug-cli list");
    return {};
}

std::set<fs::path> leavingNames(const RemovalPlan &plan, const fs::path &own)
{
    std::set<fs::path> leaving;
    for (const library::CacheRemoval &one : plan.cache) {
        for (const library::CacheRemovalItem &item : one.items)
            leaving.insert(item.snapshotPath);
    }
    for (const library::RemovalItem &item : plan.own.items)
        leaving.insert(own / fromUtf8(item.path));
    return leaving;
}

json listOf(const std::set<fs::path> &paths)
{
    json list = json::array();
    for (const fs::path &path : paths)
        list.push_back(toUtf8(path));
    return list;
}

// Other names of the file's data that stay: those the plan knows, and of all stores those that are the same.
std::set<fs::path> staying(const fs::path &file, const Paths &known, const Paths &everywhere,
                           const std::set<fs::path> &leaving)
{
    std::set<fs::path> names(known.begin(), known.end());
    for (const fs::path &name : everywhere) {
        std::error_code error;
        if (fs::equivalent(name, file, error) && !error)
            names.insert(name);
    }
    std::erase_if(names, [&leaving](const fs::path &name) { return leaving.contains(name); });
    return names;
}

void tellCached(const library::CacheRemovalItem &item, const Paths &everywhere,
                const std::set<fs::path> &leaving, std::set<fs::path> &counted, RemovalPlan &plan)
{
    const fs::path &data = item.blobPath.empty() ? item.snapshotPath : item.blobPath;
    const std::set<fs::path> kept = staying(data, item.keptBy, everywhere, leaving);
    // Snapshots that share content free it together, and once.
    const bool knownStays = std::any_of(item.keptBy.begin(), item.keptBy.end(),
                                        [&leaving](const fs::path &name) { return !leaving.contains(name); });
    const bool frees = !knownStays && item.otherHardLinks == 0 && counted.insert(data).second;
    plan.files.push_back({{"path", toUtf8(item.snapshotPath)},
                          {"bytes", item.bytes},
                          {"freed_bytes", frees ? item.bytes : 0},
                          {"kept_by", listOf(kept)},
                          {"other_hard_links", item.otherHardLinks}});
    plan.freedBytes += frees ? item.bytes : 0;
}

void tellOwn(const library::RemovalItem &item, const fs::path &own, const std::set<fs::path> &leaving,
             RemovalPlan &plan)
{
    std::set<fs::path> kept(item.keptBy.begin(), item.keptBy.end());
    std::erase_if(kept, [&leaving](const fs::path &name) { return leaving.contains(name); });
    plan.files.push_back({{"path", toUtf8(own / fromUtf8(item.path))},
                          {"bytes", item.bytes},
                          {"freed_bytes", item.freedBytes},
                          {"kept_by", listOf(kept)},
                          {"other_hard_links", item.otherHardLinks}});
    plan.freedBytes += item.freedBytes;
}

} // namespace

Result<RemovalPlan> planRemoval(const LibraryAccess &access, const std::vector<LibraryTarget> &targets,
                                const std::stop_token &stop)
{
    RemovalPlan plan;
    const Paths everywhere = namesEverywhere(access, stop);
    std::vector<std::string> own;
    for (const LibraryTarget &target : targets) {
        if (const auto *files = std::get_if<OwnFiles>(&target))
            own.insert(own.end(), files->paths.begin(), files->paths.end());
        else
            SNUG_CHECK(planCached(access, std::get<CachedFiles>(target), plan, stop));
    }
    SNUG_TRY(plan.own, library::planRemoval(access.own, own, everywhere, stop));
    const std::set<fs::path> leaving = leavingNames(plan, access.own);
    std::set<fs::path> counted;
    for (const library::CacheRemoval &one : plan.cache) {
        for (const library::CacheRemovalItem &item : one.items)
            tellCached(item, everywhere, leaving, counted, plan);
    }
    for (const library::RemovalItem &item : plan.own.items)
        tellOwn(item, access.own, leaving, plan);
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Removing was stopped.");
    return plan;
}

Result<std::int64_t> carryOut(const RemovalPlan &plan, const LibraryAccess &access,
                              const VerbContext &context)
{
    std::int64_t freed = 0;
    for (const library::CacheRemoval &one : plan.cache) {
        SNUG_TRY(const library::CacheRemoved removed, library::removeFromCache(one, context.stop));
        freed += removed.freedBytes;
    }
    if (!plan.own.items.empty()) {
        SNUG_TRY(const auto index, openIndex(access, context));
        SNUG_TRY(const library::Removed removed, library::removeFiles(*index, plan.own, context.stop));
        freed += removed.freedBytes;
    }
    return freed;
}

} // namespace snug::cli
