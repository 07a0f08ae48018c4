// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/removal.h"

#include "core/base/paths.h"
#include "core/library/cache_layout.h"
#include "core/library/file_transfer.h"
#include "core/model/split_files.h"

#include <algorithm>
#include <set>

namespace snug::library {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> leavesTheFolder()
{
    return fail(ErrorKind::InvalidArgument, "This path leaves the folder of the models.");
}

// With the other parts that are there, in order.
std::vector<std::string> withParts(const fs::path &folder, const std::string &path)
{
    const fs::path file = fromUtf8(path);
    const auto split = parseSplitName(toUtf8(file.filename()));
    if (!split)
        return {path};
    std::vector<std::string> parts;
    for (std::int64_t part = 1; part <= split->count; ++part) {
        const fs::path other = splitPartPath(file, part, split->count).value_or(file);
        std::error_code error;
        const std::u8string text = other.generic_u8string();
        if (fs::exists(fs::symlink_status(folder / other, error)))
            parts.emplace_back(text.begin(), text.end());
    }
    return parts.empty() ? std::vector{path} : parts;
}

std::int64_t hardLinksBeside(const fs::path &file)
{
    std::error_code error;
    const std::uintmax_t names = fs::hard_link_count(file, error);
    return error || names < 2 ? 0 : static_cast<std::int64_t>(names - 1);
}

Result<RemovalItem> itemFor(const fs::path &folder, const std::string &path, std::span<const fs::path> others)
{
    const fs::path file = folder / fromUtf8(path);
    std::error_code error;
    const fs::file_type type = fs::symlink_status(file, error).type();
    if (!reachesWithoutLinks(folder, fromUtf8(path)) ||
        (type != fs::file_type::regular && type != fs::file_type::symlink))
        return fail(ErrorKind::NotFound, "This file is not in the library.", {{"path", toUtf8(file)}});
    RemovalItem item{path, 0, 0, {}, 0};
    if (type == fs::file_type::symlink)
        return item; // only a name goes
    const std::uintmax_t bytes = fs::file_size(file, error);
    if (error)
        return fileError("could not be read", file, error);
    item.bytes = static_cast<std::int64_t>(bytes);
    item.otherHardLinks = hardLinksBeside(file);
    if (item.otherHardLinks == 0) {
        item.freedBytes = item.bytes;
        return item;
    }
    std::copy_if(others.begin(), others.end(), std::back_inserter(item.keptBy),
                 [&file](const fs::path &other) {
                     std::error_code failed;
                     return other != file && fs::equivalent(other, file, failed) && !failed;
                 });
    return item;
}

Result<Removed> removeItem(Index &index, const RemovalItem &item)
{
    if (!isContainedPath(item.path))
        return leavesTheFolder();
    Removed removed;
    const fs::path inside = fromUtf8(item.path);
    const fs::path file = index.folder() / inside;
    std::error_code error;
    const fs::file_type type = fs::symlink_status(file, error).type();
    if (type != fs::file_type::not_found) {
        if (!reachesWithoutLinks(index.folder(), inside) ||
            (type != fs::file_type::regular && type != fs::file_type::symlink))
            return fail(ErrorKind::Unsupported,
                        "A link stands in the way to this file, so it was not removed.",
                        {{"path", toUtf8(file)}, {"reason", "link"}});
        const bool last = type == fs::file_type::regular && hardLinksBeside(file) == 0;
        const std::uintmax_t bytes = last ? fs::file_size(file, error) : 0;
        fs::remove(file, error);
        if (error)
            return fileError("could not be removed", file, error);
        removed = {1, static_cast<std::int64_t>(bytes)};
    }
    auto forgotten = index.forget(item.path);
    if (!forgotten && forgotten.error().kind != ErrorKind::NotFound)
        return tl::make_unexpected(std::move(forgotten).error());
    fs::path folder = file.parent_path();
    while (folder != index.folder() && fs::is_empty(folder, error) && !error && fs::remove(folder, error))
        folder = folder.parent_path();
    return removed;
}

} // namespace

Result<Removal> planRemoval(const fs::path &folder, std::span<const std::string> paths,
                            std::span<const fs::path> others, const std::stop_token &stop)
{
    Removal plan;
    std::set<std::string> seen;
    for (const std::string &path : paths) {
        if (!isContainedPath(path))
            return leavesTheFolder();
        for (const std::string &part : withParts(folder, path)) {
            if (stop.stop_requested())
                return fail(ErrorKind::Cancelled, "Removing was stopped.");
            if (!seen.insert(part).second)
                continue;
            SNUG_TRY(RemovalItem item, itemFor(folder, part, others));
            plan.freedBytes += item.freedBytes;
            plan.items.push_back(std::move(item));
        }
    }
    return plan;
}

Result<Removed> removeFiles(Index &index, const Removal &plan, const std::stop_token &stop)
{
    if (index.readOnly())
        return tl::make_unexpected(index.problem().value_or(
            Error{ErrorKind::Unsupported, "The library's index can only be read here.", {}, {}}));
    Removed total;
    for (const RemovalItem &item : plan.items) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Removing was stopped.");
        SNUG_TRY(const Removed removed, removeItem(index, item));
        total.files += removed.files;
        total.freedBytes += removed.freedBytes;
    }
    return total;
}

} // namespace snug::library
