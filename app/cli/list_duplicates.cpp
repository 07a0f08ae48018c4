// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/list_duplicates.h"

#include "app/cli/terminal_text.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/library/duplicates.h"
#include "core/library/hub_cache.h"
#include "core/library/model_files.h"

#include <fmt/format.h>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;
using library::ContentFile;
using nlohmann::json;

void addOwn(std::vector<ContentFile> &files, const LibraryAccess &access, library::Index *index,
            const std::stop_token &stop)
{
    const auto present = library::modelFilesBelow(access.own, stop);
    if (!present)
        return;
    for (const library::ModelFile &file : *present) {
        const auto known = index != nullptr ? index->find(file.path)
                                            : Result<std::optional<library::IndexedFile>>(std::nullopt);
        const bool fresh = known && *known && (*known)->stamp == file.stamp;
        files.push_back(
            {access.own / fromUtf8(file.path), file.stamp.bytes, fresh ? (*known)->sha256 : std::string()});
    }
}

void addCached(std::vector<ContentFile> &files, const LibraryAccess &access, const std::stop_token &stop)
{
    for (const auto &repository : library::listCache(access.cache, stop).repositories) {
        for (const auto &snapshot : repository.snapshots) {
            for (const library::CachedFile &file : snapshot.files) {
                if (library::hasModelEnding(file.snapshotPath))
                    files.push_back({file.snapshotPath, file.bytes, file.sha256});
            }
        }
    }
}

void addForeign(std::vector<ContentFile> &files, const LibraryAccess &access, const std::stop_token &stop)
{
    for (const auto &model : library::readForeignStores(access.stores, stop).models) {
        for (const fs::path &part : partsOf(model.path)) {
            if (const auto stamp = library::stampOf(part))
                files.push_back({part, stamp->bytes, model.sha256});
        }
    }
}

// Hashes of Snug's own files, so that nobody reads them again as long as they stay as they are.
void remember(const library::DuplicateReport &report, const std::vector<ContentFile> &files,
              library::Index &index)
{
    for (const ContentFile &file : files) {
        const auto hash = report.computed.find(file.path);
        const auto inside =
            hash == report.computed.end() ? std::nullopt : pathBelow(index.folder(), file.path);
        const auto known = inside ? index.find(*inside) : tl::make_unexpected(Error());
        const auto stamp = library::stampOf(file.path);
        if (known && *known && stamp && (*known)->stamp == *stamp)
            static_cast<void>(index.setHash(*inside, *stamp, hash->second, nowMs()));
    }
}

json groupJson(const library::DuplicateGroup &group)
{
    json copies = json::array();
    for (const auto &names : group.copies) {
        json paths = json::array();
        for (const fs::path &name : names)
            paths.push_back(toUtf8(name));
        copies.push_back(std::move(paths));
    }
    return {{"sha256", group.sha256},
            {"bytes", group.bytes},
            {"copies", std::move(copies)},
            {"reclaimable_bytes", group.reclaimableBytes}};
}

} // namespace

Result<json> listDuplicates(const LibraryAccess &access, const VerbContext &context)
{
    std::unique_ptr<library::Index> index;
    std::error_code error;
    if (fs::is_directory(access.own, error)) {
        auto opened = openIndex(access, context);
        if (opened)
            index = *std::move(opened);
        else
            context.log("warning", opened.error().message);
    }
    std::vector<ContentFile> files;
    addOwn(files, access, index.get(), context.stop); // first, so that hashes are those of our names
    addCached(files, access, context.stop);
    addForeign(files, access, context.stop);
    SNUG_TRY(const auto report, library::findDuplicates(files, context.progress, context.stop));
    if (index && !index->readOnly())
        remember(report, files, *index);
    json groups = json::array();
    for (const library::DuplicateGroup &group : report.groups)
        groups.push_back(groupJson(group));
    json unreadable = json::array();
    for (const fs::path &path : report.unreadable)
        unreadable.push_back(toUtf8(path));
    return json{{"groups", std::move(groups)},
                {"reclaimable_bytes", report.reclaimableBytes},
                {"unreadable", std::move(unreadable)}};
}

void printDuplicates(const json &result)
{
    for (const json &group : result["groups"]) {
        fmt::print("{:>9}  in each of {} copies\n", formatBytes(group["bytes"].get<std::int64_t>()),
                   group["copies"].size());
        for (const json &copy : group["copies"])
            fmt::print("{:11}{}\n", "", terminalLine(copy[0].get<std::string>()));
    }
    for (const json &path : result["unreadable"])
        fmt::print("could not be read: {}\n", terminalLine(path.get<std::string>()));
    fmt::print("{} are stored more than once.\n",
               formatBytes(result["reclaimable_bytes"].get<std::int64_t>()));
}

} // namespace snug::cli
