// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/cache_layout.h"

#include "core/base/paths.h"
#include "core/chat/utf8_stream.h"
#include "core/hub/names.h"

#include <algorithm>
#include <array>

namespace snug::library {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "models--";
constexpr std::size_t kSha1Digits = 40;
constexpr std::size_t kSha256Digits = 64;
constexpr std::size_t kMostPathBytes = 1024;
constexpr std::size_t kMostSegments = 32;
constexpr std::size_t kMostSegmentBytes = 255;

bool isHex(std::string_view text, std::size_t digits)
{
    return text.size() == digits && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

bool isDeviceName(std::string_view segment)
{
    std::string stem(segment.substr(0, segment.find('.')));
    while (stem.ends_with(' '))
        stem.pop_back();
    std::transform(stem.begin(), stem.end(), stem.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    constexpr std::array kDevices = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"};
    if (std::any_of(kDevices.begin(), kDevices.end(), [&stem](const char *name) { return stem == name; }))
        return true;
    return stem.size() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")) && stem[3] >= '0' &&
           stem[3] <= '9';
}

bool isContainedSegment(std::string_view segment)
{
    if (segment.empty() || segment.size() > kMostSegmentBytes || segment.ends_with('.') ||
        segment.ends_with(' '))
        return false;
    static constexpr std::string_view kForbidden = "\\:*?\"<>|\x7F";
    const bool plain = std::none_of(segment.begin(), segment.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || kForbidden.find(c) != std::string_view::npos;
    });
    return plain && !isDeviceName(segment);
}

bool isRealFolder(const fs::path &path)
{
    std::error_code error;
    return fs::symlink_status(path, error).type() == fs::file_type::directory && !error;
}

bool isRealFile(const fs::path &path)
{
    std::error_code error;
    return fs::symlink_status(path, error).type() == fs::file_type::regular && !error;
}

// Where a link leads, without following any other; empty if that cannot be said.
fs::path targetOf(const fs::path &link)
{
    std::error_code error;
    const fs::path target = fs::read_symlink(link, error);
    if (error || target.filename().empty())
        return {};
    if (!target.is_absolute())
        return (link.parent_path() / target).lexically_normal();
    const fs::path parent = fs::canonical(target.parent_path(), error); // other names of the root
    return error ? fs::path() : parent / target.filename();
}

bool isSharedContent(const CacheFolder &folder, const fs::path &path)
{
    const fs::path store = folder.root / "blobs";
    const std::string name = toUtf8(path.filename());
    return isSha256(name) && path == store / fromUtf8(name.substr(0, 2)) / fromUtf8(name) &&
           isRealFolder(store) && isRealFile(store / fromUtf8(kSharedBlobsMarker)) &&
           isRealFolder(path.parent_path()) && isRealFile(path);
}

} // namespace

bool isSha256(std::string_view text)
{
    return isHex(text, kSha256Digits);
}

bool isContentHash(std::string_view text)
{
    return isHex(text, kSha1Digits) || isSha256(text);
}

bool isContainedPath(std::string_view path)
{
    if (path.size() > kMostPathBytes || chat::validUtf8(path) != path)
        return false;
    std::size_t segments = 0;
    for (;;) {
        const std::size_t end = path.find('/');
        if (++segments > kMostSegments || !isContainedSegment(path.substr(0, end)))
            return false;
        if (end == std::string_view::npos)
            return true;
        path.remove_prefix(end + 1);
    }
}

std::optional<std::string> cacheFolderName(std::string_view repository)
{
    const auto id = hub::RepoId::parse(repository);
    if (!id)
        return std::nullopt;
    const std::string owner(id->owner());
    return std::string(kPrefix).append(owner.empty() ? "" : owner + "--").append(id->name());
}

std::optional<std::string> repositoryOfFolder(std::string_view folderName)
{
    if (!folderName.starts_with(kPrefix))
        return std::nullopt;
    std::string id(folderName.substr(kPrefix.size()));
    if (const std::size_t joint = id.find("--"); joint != std::string::npos)
        id.replace(joint, 2, "/");
    const auto back = cacheFolderName(id);
    return back && *back == folderName ? std::optional(std::move(id)) : std::nullopt;
}

fs::path CacheFolder::blob(std::string_view blobName) const
{
    return folder / "blobs" / fromUtf8(blobName);
}

fs::path CacheFolder::snapshot(std::string_view commit) const
{
    return folder / "snapshots" / fromUtf8(commit);
}

fs::path CacheFolder::ref(std::string_view revision) const
{
    return folder / "refs" / fromUtf8(revision);
}

fs::path CacheFolder::locks() const
{
    return root / ".locks" / fromUtf8(name);
}

Result<CacheFolder> openCacheFolder(const fs::path &root, std::string_view repository)
{
    const auto name = cacheFolderName(repository);
    if (!name)
        return fail(ErrorKind::InvalidArgument, "This is not the name of a repository.",
                    {{"repository", chat::validUtf8(repository)}}, "Names look like \"organisation/model\".");
    std::error_code error;
    const fs::path canonical = fs::canonical(root, error);
    if (error)
        return fail(ErrorKind::NotFound, "The Hugging Face cache is not there.", {{"path", toUtf8(root)}});
    CacheFolder folder{canonical, canonical / fromUtf8(*name), *name};
    for (const fs::path &part :
         {folder.folder, folder.folder / "blobs", folder.folder / "snapshots", folder.folder / "refs"}) {
        const fs::file_status status = fs::symlink_status(part, error);
        if (status.type() == fs::file_type::not_found) {
            if (part == folder.folder)
                return fail(ErrorKind::NotFound, "This repository is not in the Hugging Face cache.",
                            {{"path", toUtf8(part)}});
        } else if (status.type() == fs::file_type::none) {
            return fail(ErrorKind::Io, "The Hugging Face cache could not be read.",
                        {{"path", toUtf8(part)}, {"reason", error.message()}}, "Check who may read it.");
        } else if (status.type() != fs::file_type::directory) {
            return fail(ErrorKind::Unsupported,
                        "A folder of the Hugging Face cache is a link, so Snug does not use it.",
                        {{"path", toUtf8(part)}, {"reason", "link"}});
        }
    }
    return folder;
}

std::optional<Blob> readBlob(const CacheFolder &folder, const fs::path &path)
{
    std::error_code error;
    Blob blob;
    fs::path content = path;
    if (fs::is_symlink(fs::symlink_status(path, error))) {
        content = targetOf(path);
        blob.shared = true;
        if (!isSharedContent(folder, content))
            return std::nullopt;
    }
    if (!isRealFile(content))
        return std::nullopt;
    const std::uintmax_t bytes = fs::file_size(content, error);
    if (error)
        return std::nullopt;
    blob.bytes = static_cast<std::int64_t>(bytes);
    return blob;
}

SnapshotEntry readSnapshotEntry(const CacheFolder &folder, const fs::path &entry)
{
    using Kind = SnapshotEntry::Kind;
    std::error_code error;
    const fs::file_type type = fs::symlink_status(entry, error).type();
    if (type == fs::file_type::not_found)
        return {};
    SnapshotEntry found{Kind::Refused, {}, false, 0};
    if (type == fs::file_type::regular) {
        const std::uintmax_t bytes = fs::file_size(entry, error);
        if (!error)
            found = {Kind::OwnFile, {}, false, static_cast<std::int64_t>(bytes)};
    } else if (type == fs::file_type::symlink) {
        const fs::path target = targetOf(entry);
        if (!target.empty() && target.parent_path() == folder.folder / "blobs")
            if (const auto blob = readBlob(folder, target))
                found = {Kind::Linked, target, blob->shared, blob->bytes};
    }
    return found;
}

bool reachesWithoutLinks(const fs::path &top, const fs::path &path)
{
    fs::path folder = top;
    if (!isRealFolder(folder))
        return false;
    for (const fs::path &segment : path.parent_path()) {
        folder /= segment;
        if (!isRealFolder(folder))
            return false;
    }
    return true;
}

} // namespace snug::library
