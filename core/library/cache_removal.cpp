// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/cache_removal.h"

#include "core/base/file_lock.h"
#include "core/base/paths.h"
#include "core/hub/names.h"
#include "core/library/cache_layout.h"
#include "core/library/file_transfer.h"
#include "core/library/hub_cache.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace snug::library {
namespace {

namespace fs = std::filesystem;

using Users = std::map<fs::path, std::vector<fs::path>>; // blob -> snapshot files

Result<Users> usersOfBlobs(const CacheFolder &folder, const std::stop_token &stop)
{
    Users users;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder.folder / "snapshots", error), end;
         !error && entry != end; entry.increment(error)) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Removing was stopped.");
        if (!entry->is_symlink(error))
            continue;
        // Whatever else a link says, it may need the blob that it names.
        const fs::path target = fs::read_symlink(entry->path(), error);
        users[folder.folder / "blobs" / target.filename()].push_back(entry->path());
    }
    // Content must not go because its users could not be counted.
    if (error)
        return fileError("could not be read", folder.folder / "snapshots", error);
    return users;
}

std::int64_t hardLinksBeside(const fs::path &file)
{
    std::error_code error;
    const std::uintmax_t names = fs::hard_link_count(file, error);
    return error || names < 2 ? 0 : static_cast<std::int64_t>(names - 1);
}

std::vector<fs::path> others(const Users &users, const fs::path &blob, const std::set<fs::path> &leaving)
{
    std::vector<fs::path> staying;
    if (const auto known = users.find(blob); known != users.end())
        std::copy_if(known->second.begin(), known->second.end(), std::back_inserter(staying),
                     [&leaving](const fs::path &path) { return !leaving.contains(path); });
    return staying;
}

CacheRemovalItem itemFor(const CachedFile &file, const Users &users, const std::set<fs::path> &leaving)
{
    CacheRemovalItem item{file.path, file.snapshotPath, file.blobPath, file.bytes, 0, {}, 0};
    if (!file.blobPath.empty())
        item.keptBy = others(users, file.blobPath, leaving);
    if (file.shared) {
        std::error_code error;
        item.keptBy.push_back(fs::canonical(file.blobPath, error));
    } else {
        item.otherHardLinks = hardLinksBeside(file.blobPath.empty() ? file.snapshotPath : file.blobPath);
    }
    if (item.keptBy.empty() && item.otherHardLinks == 0)
        item.freedBytes = item.bytes;
    return item;
}

Result<std::vector<CachedFile>> filesOf(const CacheRemoval &plan, std::span<const std::string> paths,
                                        const std::stop_token &stop)
{
    std::vector<CachedFile> files;
    for (const std::string &path : paths) {
        SNUG_TRY(CachedFile file, findFile(plan.root, plan.repository, plan.commit, path));
        files.push_back(std::move(file));
    }
    if (!paths.empty())
        return files;
    SNUG_TRY(CachedRepository repository, listRepository(plan.root, plan.repository, stop));
    for (CachedSnapshot &snapshot : repository.snapshots)
        if (snapshot.commit == plan.commit)
            return std::move(snapshot.files);
    return fail(ErrorKind::NotFound, "This state of the repository is not in the Hugging Face cache.");
}

Result<void> removeFile(const fs::path &path)
{
    std::error_code error;
    fs::remove(path, error);
    if (error)
        return fileError("could not be removed", path, error);
    return {};
}

// The folders from that of `path` up to `top`, which stays, as far as nothing is in them.
void removeEmptyFolders(fs::path folder, const fs::path &top)
{
    std::error_code error;
    while (folder != top && folder.native().size() > top.native().size() && fs::is_empty(folder, error) &&
           !error && fs::remove(folder, error))
        folder = folder.parent_path();
}

Result<CacheRemoved> removeItem(const CacheFolder &folder, const CacheRemovalItem &item,
                                const std::string &commit, const std::stop_token &stop)
{
    CacheRemoved removed;
    const fs::path inside = fromUtf8(item.path);
    const fs::path entryPath = folder.snapshot(commit) / inside;
    std::error_code error;
    if (!isContainedPath(item.path) || !reachesWithoutLinks(folder.snapshot(commit), inside))
        return removed; // the folder is gone
    fs::create_directories(folder.locks(), error);
    std::optional<FileLock> lock;
    if (!item.blobPath.empty()) {
        const fs::path lockName = item.blobPath.filename().native() + fs::path(".lock").native();
        SNUG_TRY(lock, FileLock::acquire(folder.locks() / lockName, stop));
    }
    const SnapshotEntry entry = readSnapshotEntry(folder, entryPath);
    if (entry.blob != item.blobPath || entry.kind == SnapshotEntry::Kind::Absent ||
        entry.kind == SnapshotEntry::Kind::Refused)
        return removed; // not what the plan was made for
    const bool alone = hardLinksBeside(entry.blob.empty() ? entryPath : entry.blob) == 0;
    SNUG_CHECK(removeFile(entryPath));
    removed.files = 1;
    if (!entry.blob.empty()) {
        SNUG_TRY(const Users users, usersOfBlobs(folder, stop));
        if (users.contains(entry.blob))
            return removed;
        SNUG_CHECK(removeFile(entry.blob));
    }
    removed.freedBytes = alone && !entry.shared ? entry.bytes : 0;
    return removed;
}

// A branch without its snapshot is damage to huggingface_hub, so the branches go first.
void removeEmptySnapshot(const CacheFolder &folder, const std::string &commit)
{
    std::error_code error;
    const fs::path snapshot = folder.snapshot(commit);
    for (fs::recursive_directory_iterator entry(snapshot, error), end; !error && entry != end;
         entry.increment(error))
        if (!entry->is_directory(error) || entry->is_symlink(error))
            return;
    const auto known = listRepository(folder.root, repositoryOfFolder(folder.name).value_or(""), {});
    if (!known)
        return;
    for (const CachedSnapshot &listed : known->snapshots)
        for (const std::string &ref : listed.commit == commit ? listed.refs : std::vector<std::string>()) {
            fs::remove(folder.ref(ref), error);
            removeEmptyFolders(folder.ref(ref).parent_path(), folder.folder / "refs");
        }
    removeEmptyFolders(snapshot, folder.folder / "snapshots");
}

// As far as nothing is left but the folders that every repository has.
void removeEmptyRepository(const CacheFolder &folder)
{
    std::error_code error;
    const std::set<std::string> usual = {"blobs", "refs", "snapshots"};
    for (fs::directory_iterator entry(folder.folder, error), end; !error && entry != end;
         entry.increment(error))
        if (!usual.contains(toUtf8(entry->path().filename())) || !fs::is_empty(entry->path(), error) || error)
            return;
    for (const std::string &name : usual)
        fs::remove(folder.folder / name, error);
    fs::remove(folder.folder, error);
}

} // namespace

Result<CacheRemoval> planCacheRemoval(const fs::path &root, std::string_view repository,
                                      std::string_view commit, std::span<const std::string> paths,
                                      const std::stop_token &stop)
{
    CacheRemoval plan{root, std::string(repository), std::string(commit), {}, 0};
    SNUG_TRY(const CacheFolder folder, openCacheFolder(root, repository));
    SNUG_TRY(const std::vector<CachedFile> files, filesOf(plan, paths, stop));
    SNUG_TRY(const Users users, usersOfBlobs(folder, stop));
    std::set<fs::path> leaving;
    for (const CachedFile &file : files)
        leaving.insert(file.snapshotPath);
    std::set<fs::path> counted;
    for (const CachedFile &file : files) {
        plan.items.push_back(itemFor(file, users, leaving));
        const CacheRemovalItem &item = plan.items.back();
        if (counted.insert(item.blobPath.empty() ? item.snapshotPath : item.blobPath).second)
            plan.freedBytes += item.freedBytes;
    }
    return plan;
}

Result<CacheRemoved> removeFromCache(const CacheRemoval &plan, const std::stop_token &stop)
{
    if (!hub::isCommit(plan.commit))
        return fail(ErrorKind::InvalidArgument, "This is not the name of a commit.");
    CacheRemoved total;
    SNUG_TRY(const CacheFolder folder, openCacheFolder(plan.root, plan.repository));
    for (const CacheRemovalItem &item : plan.items) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Removing was stopped.");
        SNUG_TRY(const CacheRemoved removed, removeItem(folder, item, plan.commit, stop));
        total.files += removed.files;
        total.freedBytes += removed.freedBytes;
        removeEmptyFolders((folder.snapshot(plan.commit) / fromUtf8(item.path)).parent_path(),
                           folder.snapshot(plan.commit));
    }
    removeEmptySnapshot(folder, plan.commit);
    removeEmptyRepository(folder);
    return total;
}

} // namespace snug::library
