// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/hub_cache.h"

#include "core/base/atomic_file.h"
#include "core/base/paths.h"
#include "core/hub/names.h"
#include "core/library/cache_layout.h"

#include <algorithm>
#include <map>
#include <set>

namespace snug::library {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMostRefBytes = 64;

std::string genericUtf8(const fs::path &path)
{
    const std::u8string text = path.generic_u8string();
    return {text.begin(), text.end()};
}

CachedFile fileFrom(std::string path, const fs::path &snapshotPath, const SnapshotEntry &entry)
{
    CachedFile file{std::move(path), snapshotPath, entry.blob, entry.shared, entry.bytes, {}};
    if (const std::string name = toUtf8(entry.blob.filename()); isSha256(name))
        file.sha256 = name;
    return file;
}

std::optional<std::string> commitIn(const fs::path &refFile)
{
    std::error_code error;
    if (fs::symlink_status(refFile, error).type() != fs::file_type::regular)
        return std::nullopt;
    auto text = readSmallFile(refFile, kMostRefBytes);
    if (!text)
        return std::nullopt;
    while (text->ends_with('\n') || text->ends_with('\r'))
        text->pop_back();
    return hub::isCommit(*text) ? std::optional(*std::move(text)) : std::nullopt;
}

// Reads one cache; every entry is looked at once.
class Reader {
public:
    Reader(const CacheLimits &limits, const std::stop_token &stop) : m_limits(limits), m_stop(stop) {}

    CacheListing run(const fs::path &root)
    {
        for (const fs::path &folder : entriesOf(root)) {
            const auto id = repositoryOfFolder(toUtf8(folder.filename()));
            if (!id) {
                if (toUtf8(folder.filename()).starts_with("models--"))
                    ++m_listing.ignored;
                continue;
            }
            const auto opened = openCacheFolder(root, *id);
            if (opened)
                readRepository(*id, *opened);
            else
                ++m_listing.ignored;
        }
        return std::move(m_listing);
    }

    CacheListing run(const std::string &id, const CacheFolder &folder)
    {
        readRepository(id, folder);
        return std::move(m_listing);
    }

private:
    [[nodiscard]] bool ended()
    {
        m_listing.stopped = m_listing.stopped || m_stop.stop_requested();
        return m_listing.stopped || m_listing.limited;
    }

    // Sorted, so that the same cache always reads the same. Nothing for a folder that is not there.
    std::vector<fs::path> entriesOf(const fs::path &folder)
    {
        std::vector<fs::path> paths;
        std::error_code error;
        fs::directory_iterator entries(folder, error);
        if (error && error != std::errc::no_such_file_or_directory)
            m_listing.unreadable.push_back(folder);
        if (error)
            return paths;
        for (; entries != fs::directory_iterator() && !ended(); entries.increment(error)) {
            if (++m_entries > m_limits.entries) {
                m_listing.limited = true;
                break;
            }
            paths.push_back(entries->path());
        }
        std::sort(paths.begin(), paths.end());
        return paths;
    }

    void readRepository(const std::string &id, const CacheFolder &folder)
    {
        if (ended())
            return;
        CachedRepository repository{id, folder.folder, {}, 0, 0};
        std::map<std::string, std::vector<std::string>> refs;
        readRefs(folder.folder / "refs", folder.folder / "refs", 0, refs);
        std::set<fs::path> used;
        for (const fs::path &path : entriesOf(folder.folder / "snapshots")) {
            const std::string commit = toUtf8(path.filename());
            std::error_code error;
            if (!hub::isCommit(commit) ||
                fs::symlink_status(path, error).type() != fs::file_type::directory) {
                ++m_listing.ignored;
                continue;
            }
            CachedSnapshot snapshot{commit, refs[commit], {}};
            readSnapshot(folder, path, path, 0, snapshot);
            for (const CachedFile &file : snapshot.files)
                if (used.insert(file.blobPath.empty() ? file.snapshotPath : file.blobPath).second)
                    repository.bytes += file.bytes;
            repository.snapshots.push_back(std::move(snapshot));
        }
        repository.unusedBytes = unusedBytes(folder, used);
        m_listing.repositories.push_back(std::move(repository));
    }

    void readRefs(const fs::path &top, const fs::path &folder, int depth,
                  std::map<std::string, std::vector<std::string>> &refs)
    {
        for (const fs::path &path : entriesOf(folder)) {
            std::error_code error;
            const bool isFolder = fs::symlink_status(path, error).type() == fs::file_type::directory;
            const std::string name = genericUtf8(path.lexically_relative(top));
            if (isFolder && depth < m_limits.depth) {
                readRefs(top, path, depth + 1, refs);
            } else if (const auto commit = commitIn(path); commit && isContainedPath(name)) {
                refs[*commit].push_back(name);
            } else {
                ++m_listing.ignored;
            }
        }
    }

    void readSnapshot(const CacheFolder &cache, const fs::path &top, const fs::path &folder, int depth,
                      CachedSnapshot &snapshot)
    {
        for (const fs::path &path : entriesOf(folder)) {
            std::error_code error;
            if (fs::symlink_status(path, error).type() == fs::file_type::directory) {
                if (depth < m_limits.depth)
                    readSnapshot(cache, top, path, depth + 1, snapshot);
                else
                    m_listing.limited = true;
                continue;
            }
            std::string name = genericUtf8(path.lexically_relative(top));
            const SnapshotEntry entry = readSnapshotEntry(cache, path);
            const bool usable =
                entry.kind == SnapshotEntry::Kind::Linked || entry.kind == SnapshotEntry::Kind::OwnFile;
            if (usable && isContainedPath(name))
                snapshot.files.push_back(fileFrom(std::move(name), path, entry));
            else
                ++m_listing.ignored;
        }
    }

    std::int64_t unusedBytes(const CacheFolder &folder, const std::set<fs::path> &used)
    {
        std::int64_t bytes = 0;
        for (const fs::path &path : entriesOf(folder.folder / "blobs")) {
            std::error_code error;
            if (used.contains(path) || fs::symlink_status(path, error).type() != fs::file_type::regular)
                continue;
            const std::uintmax_t size = fs::file_size(path, error);
            bytes += error ? 0 : static_cast<std::int64_t>(size);
        }
        return bytes;
    }

    const CacheLimits &m_limits;
    const std::stop_token &m_stop;
    CacheListing m_listing;
    std::int64_t m_entries = 0;
};

} // namespace

CacheListing listCache(const fs::path &root, const std::stop_token &stop, const CacheLimits &limits)
{
    std::error_code error;
    const fs::path canonical = fs::canonical(root, error);
    return error ? CacheListing() : Reader(limits, stop).run(canonical);
}

Result<CachedRepository> listRepository(const fs::path &root, std::string_view repository,
                                        const std::stop_token &stop, const CacheLimits &limits)
{
    SNUG_TRY(const CacheFolder folder, openCacheFolder(root, repository));
    CacheListing listing = Reader(limits, stop).run(std::string(repository), folder);
    if (listing.stopped || listing.repositories.empty())
        return fail(ErrorKind::Cancelled, "Reading the Hugging Face cache was stopped.");
    return std::move(listing.repositories.front());
}

Result<CachedFile> findFile(const fs::path &root, std::string_view repository, std::string_view commit,
                            std::string_view path)
{
    if (!hub::isCommit(commit) || !isContainedPath(path))
        return fail(ErrorKind::InvalidArgument, "No file of a repository can have this name.");
    SNUG_TRY(const CacheFolder folder, openCacheFolder(root, repository));
    const fs::path snapshot = folder.snapshot(commit);
    const fs::path inside = fromUtf8(path);
    const fs::path entryPath = snapshot / inside;
    const SnapshotEntry entry =
        reachesWithoutLinks(snapshot, inside) ? readSnapshotEntry(folder, entryPath) : SnapshotEntry();
    if (entry.kind == SnapshotEntry::Kind::Absent)
        return fail(ErrorKind::NotFound, "This file is not in the Hugging Face cache.",
                    {{"path", toUtf8(entryPath)}});
    if (entry.kind == SnapshotEntry::Kind::Refused)
        return fail(
            ErrorKind::Unsupported,
            "The Hugging Face cache holds a link here that does not lead to the repository's content, "
            "so Snug does not use it.",
            {{"path", toUtf8(entryPath)}, {"reason", "link"}}, "Remove the link and download again.");
    return fileFrom(std::string(path), entryPath, entry);
}

std::optional<std::string> cachedCommit(const fs::path &root, std::string_view repository,
                                        std::string_view revision)
{
    const auto folder = openCacheFolder(root, repository);
    if (!folder || !isContainedPath(revision) ||
        !reachesWithoutLinks(folder->folder / "refs", fromUtf8(revision)))
        return std::nullopt;
    return commitIn(folder->ref(revision));
}

} // namespace snug::library
