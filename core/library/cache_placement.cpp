// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/cache_placement.h"

#include "core/base/atomic_file.h"
#include "core/base/file_lock.h"
#include "core/base/paths.h"
#include "core/hub/names.h"
#include "core/library/cache_layout.h"
#include "core/library/file_transfer.h"
#include "core/library/hub_cache.h"

#include <utility>

namespace snug::library {
namespace {

namespace fs = std::filesystem;

// https://bford.info/cachedir/
constexpr std::string_view kCacheTag = "Signature: 8a477f597d28d172789f06886806bc55\n"
                                       "# This file is a cache directory tag: backups may leave the folder "
                                       "out.\n";

tl::unexpected<Error> linkInTheWay(const fs::path &path)
{
    return fail(ErrorKind::Unsupported,
                "A link stands where the Hugging Face cache needs a folder, so nothing was written.",
                {{"path", toUtf8(path)}, {"reason", "link"}}, "Remove the link, or choose another cache.");
}

// Every file that stands where huggingface_hub looks is taken for something, so the unfinished one stands
// among the locks.
Result<void> writeBehind(const fs::path &unfinished, const fs::path &to, std::string_view content)
{
    SNUG_CHECK(writeFileAtomically(unfinished, content));
    std::error_code error;
    fs::rename(unfinished, to, error);
    if (error)
        return fileError("could not be written", to, error);
    return {};
}

// Each folder of `below` under `top`, none of them a link.
Result<void> makeFolders(const fs::path &top, const fs::path &below)
{
    fs::path folder = top;
    for (const fs::path &segment : below) {
        folder /= segment;
        std::error_code error;
        fs::create_directory(folder, error);
        if (fs::symlink_status(folder, error).type() == fs::file_type::directory)
            continue;
        if (fs::is_symlink(fs::symlink_status(folder, error)))
            return linkInTheWay(folder);
        return fileError("could not be made a folder", folder,
                         error ? error : std::make_error_code(std::errc::not_a_directory));
    }
    return {};
}

Result<void> checkNames(const Placement &placement)
{
    const bool good = hub::isCommit(placement.commit) && isContainedPath(placement.path) &&
                      isContentHash(placement.etag) && placement.bytes >= 0;
    if (!good)
        return fail(ErrorKind::InvalidArgument,
                    "The Hub named a file in a way that cannot be stored, so it was not placed.");
    return {};
}

// One placement, while the lock is held.
class Placer {
public:
    Placer(const Placement &placement, CacheFolder folder, const ProgressFn &progress,
           const std::stop_token &stop)
        : m_placement(placement)
        , m_folder(std::move(folder))
        , m_progress(progress)
        , m_stop(stop)
        , m_blob(m_folder.blob(placement.etag))
        , m_entry(m_folder.snapshot(placement.commit) / fromUtf8(placement.path))
        , m_link(m_folder.locks() / fromUtf8(placement.etag + ".link"))
    {
    }

    Result<Placed> run()
    {
        SNUG_CHECK(checkContent());
        SNUG_CHECK(begin("placing"));
        const bool canLink = m_placement.links && makeLink();
        auto placed = canLink ? placeLinked() : placeOwnFile();
        std::error_code ignored;
        fs::remove(m_link, ignored);
        return placed;
    }

private:
    Result<void> begin(std::string_view stage)
    {
        if (m_progress)
            m_progress({stage, 0, -1, Unit::Items});
        if (m_stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Placing the file was stopped.");
        return {};
    }

    [[nodiscard]] bool given() const
    {
        std::error_code error;
        return !m_placement.content.empty() && fs::exists(m_placement.content, error);
    }

    Result<void> checkContent()
    {
        const bool inPlace =
            hasContent(m_placement.root, m_placement.repository, m_placement.etag, m_placement.bytes);
        if (!given()) {
            if (inPlace || isPlaced())
                return {};
            return fail(ErrorKind::NotFound, "The file to be placed in the Hugging Face cache is not there.",
                        {{"path", toUtf8(m_placement.content)}});
        }
        std::error_code error;
        const std::uintmax_t bytes = fs::file_size(m_placement.content, error);
        if (error)
            return fileError("could not be read", m_placement.content, error);
        if (!std::in_range<std::int64_t>(bytes) || static_cast<std::int64_t>(bytes) != m_placement.bytes)
            return fail(ErrorKind::InvalidArgument, "The file to be placed has not the promised length.",
                        {{"path", toUtf8(m_placement.content)},
                         {"wanted_bytes", m_placement.bytes},
                         {"file_bytes", static_cast<std::int64_t>(bytes)}});
        return {};
    }

    [[nodiscard]] bool isPlaced() const
    {
        const SnapshotEntry entry = readSnapshotEntry(m_folder, m_entry);
        return entry.kind == SnapshotEntry::Kind::OwnFile && entry.bytes == m_placement.bytes;
    }

    // Made first, and where nobody looks, so that a system without links is known before anything is moved.
    bool makeLink()
    {
        fs::path up;
        for ([[maybe_unused]] const fs::path &segment : fromUtf8(m_placement.path).parent_path())
            up /= "..";
        std::error_code error;
        fs::remove(m_link, error);
        fs::create_symlink(up / ".." / ".." / "blobs" / fromUtf8(m_placement.etag), m_link, error);
        return !error;
    }

    Result<Placed> placeLinked()
    {
        if (isPlaced() && !given()) // as a file of its own, from a time without links
            return Placed{m_entry, {}};
        SNUG_CHECK(moveContent(m_blob));
        SNUG_CHECK(begin("linking"));
        SNUG_CHECK(makeSnapshotFolders());
        const SnapshotEntry entry = readSnapshotEntry(m_folder, m_entry);
        if (entry.kind == SnapshotEntry::Kind::Linked && entry.blob == m_blob)
            return Placed{m_entry, m_blob};
        std::error_code error;
        fs::rename(m_link, m_entry, error);
        if (error)
            return fileError("could not be linked", m_entry, error);
        return Placed{m_entry, m_blob};
    }

    Result<Placed> placeOwnFile()
    {
        SNUG_CHECK(makeSnapshotFolders());
        if (given()) {
            SNUG_CHECK(moveContent(m_entry));
        } else if (!isPlaced()) {
            const fs::path temporary = incomplete();
            std::error_code error;
            fs::remove(temporary, error);
            SNUG_CHECK(copyFile(m_blob, temporary, "copying", m_progress, m_stop));
            fs::rename(temporary, m_entry, error);
            if (error)
                return fileError("could not be moved into its place", m_entry, error);
        }
        return Placed{m_entry, {}};
    }

    // huggingface_hub knows this ending and clears such files up.
    [[nodiscard]] fs::path incomplete() const
    {
        return m_folder.blob(m_placement.etag + ".5a4e5547.incomplete");
    }

    Result<void> moveContent(const fs::path &to)
    {
        if (!given())
            return {};
        std::error_code error;
        if (fs::is_symlink(fs::symlink_status(to, error)) && to == m_blob &&
            hasContent(m_placement.root, m_placement.repository, m_placement.etag, m_placement.bytes)) {
            fs::remove(m_placement.content, error); // the cache shares this content between repositories
            return {};
        }
        return moveFile(m_placement.content, to, incomplete(), m_progress, m_stop);
    }

    Result<void> makeSnapshotFolders()
    {
        const fs::path below =
            fs::path("snapshots") / fromUtf8(m_placement.commit) / fromUtf8(m_placement.path).parent_path();
        return makeFolders(m_folder.folder, below);
    }

    const Placement &m_placement;
    CacheFolder m_folder;
    const ProgressFn &m_progress;
    const std::stop_token &m_stop;
    fs::path m_blob;
    fs::path m_entry;
    fs::path m_link;
};

Result<CacheFolder> prepare(const fs::path &at, const std::string &repository)
{
    const auto name = cacheFolderName(repository);
    if (!name)
        return fail(ErrorKind::InvalidArgument, "This is not the name of a repository.");
    std::error_code error;
    fs::create_directories(at, error);
    const fs::path root = error ? fs::path() : fs::canonical(at, error);
    if (error)
        return fileError("could not be made", at, error);
    const fs::path locks = fs::path(".locks") / fromUtf8(*name);
    for (const fs::path &below : {locks, fromUtf8(*name) / "snapshots", fromUtf8(*name) / "blobs"})
        SNUG_CHECK(makeFolders(root, below));
    const fs::path tag = root / "CACHEDIR.TAG";
    if (!fs::exists(fs::symlink_status(tag, error)))
        SNUG_CHECK(writeBehind(root / locks / tag.filename(), tag, kCacheTag));
    return openCacheFolder(root, repository);
}

} // namespace

Result<Placed> placeFile(const Placement &placement, const ProgressFn &progress, const std::stop_token &stop)
{
    SNUG_CHECK(checkNames(placement));
    SNUG_TRY(CacheFolder folder, prepare(placement.root, placement.repository));
    if (progress)
        progress({"waiting", 0, -1, Unit::Items});
    SNUG_TRY([[maybe_unused]] const FileLock lock,
             FileLock::acquire(folder.locks() / fromUtf8(placement.etag + ".lock"), stop));
    return Placer(placement, std::move(folder), progress, stop).run();
}

Result<void> placeRef(const fs::path &root, const std::string &repository, const std::string &revision,
                      const std::string &commit)
{
    if (revision == commit)
        return {};
    if (!hub::isCommit(commit) || !isContainedPath(revision))
        return fail(ErrorKind::InvalidArgument, "The branch has a name that cannot be stored.");
    SNUG_TRY(const CacheFolder folder, prepare(root, repository));
    SNUG_CHECK(makeFolders(folder.folder, "refs" / fromUtf8(revision).parent_path()));
    const auto written =
        writeBehind(folder.locks() / fromUtf8(commit + ".ref"), folder.ref(revision), commit);
    // Another process that does the same may have moved the file of both into its place.
    return written || cachedCommit(root, repository, revision) == commit ? Result<void>() : written;
}

bool hasContent(const fs::path &root, const std::string &repository, const std::string &etag,
                std::int64_t bytes)
{
    const auto folder = openCacheFolder(root, repository);
    if (!folder || !isContentHash(etag))
        return false;
    const auto blob = readBlob(*folder, folder->blob(etag));
    return blob && blob->bytes == bytes;
}

} // namespace snug::library
