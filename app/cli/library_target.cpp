// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/library_target.h"

#include "core/base/paths.h"
#include "core/library/cache_layout.h"
#include "core/library/hub_cache.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;

std::string generic(const fs::path &path)
{
    const std::u8string text = path.generic_u8string();
    return {text.begin(), text.end()};
}

tl::unexpected<Error> wholeStore(const std::string &argument)
{
    return fail(ErrorKind::InvalidArgument,
                "This folder holds more than one model, so it names none of them.", {{"path", argument}},
                "Name a file. See what there is with: snug-cli list");
}

Result<std::vector<std::string>> filesBelow(const fs::path &own, const fs::path &folder)
{
    std::vector<std::string> paths;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        std::error_code ignored;
        if (!fs::is_directory(entry->symlink_status(ignored)))
            paths.push_back(generic(entry->path().lexically_relative(own)));
    }
    if (error)
        return fail(ErrorKind::Io, fmt::format("{} could not be read: {}.", toUtf8(folder), error.message()),
                    {{"path", toUtf8(folder)}});
    std::sort(paths.begin(), paths.end());
    return paths;
}

Result<LibraryTarget> ownTarget(const LibraryAccess &access, const std::string &argument,
                                const std::string &inside)
{
    if (inside.empty())
        return wholeStore(argument);
    const fs::path path = access.own / fromUtf8(inside);
    std::error_code error;
    const fs::file_type type = fs::symlink_status(path, error).type();
    if (type == fs::file_type::not_found)
        return fail(ErrorKind::NotFound, "This file is not in the library.", {{"path", argument}},
                    "See what there is with: snug-cli list");
    if (type == fs::file_type::directory) {
        SNUG_TRY(std::vector<std::string> below, filesBelow(access.own, path));
        return OwnFiles{std::move(below)};
    }
    OwnFiles files;
    for (const fs::path &part : partsOf(fromUtf8(inside))) {
        if (fs::exists(fs::symlink_status(access.own / part, error)))
            files.paths.push_back(generic(part));
    }
    return files;
}

// models--org--name [/ snapshots / COMMIT [/ FILE]]
Result<LibraryTarget> cacheTarget(const LibraryAccess &access, const std::string &argument,
                                  const std::string &inside)
{
    const fs::path path = fromUtf8(inside);
    auto segment = path.begin();
    const auto repository =
        segment == path.end() ? std::nullopt : library::repositoryOfFolder(toUtf8(*segment));
    if (!repository)
        return wholeStore(argument);
    CachedFiles files{*repository, {}, {}};
    if (++segment == path.end())
        return files;
    if (*segment != "snapshots" || ++segment == path.end())
        return fail(ErrorKind::InvalidArgument,
                    "This is content of the Hugging Face cache, which models share under other names.",
                    {{"path", argument}}, "Name the repository, or the file in its snapshots folder.");
    files.commit = toUtf8(*segment);
    fs::path file;
    for (++segment; segment != path.end(); ++segment)
        file /= *segment;
    if (file.empty())
        return files;
    for (const fs::path &part : partsOf(file)) {
        if (library::findFile(access.cache, files.repository, files.commit, generic(part)))
            files.files.push_back(generic(part));
    }
    if (files.files.empty())
        return fail(ErrorKind::NotFound, "There is no such file in the Hugging Face cache.",
                    {{"path", argument}}, "See what there is with: snug-cli list");
    return files;
}

// The program in whose folders the path lies, or whose model it is.
std::optional<library::Store> programOf(const LibraryAccess &access, const fs::path &path,
                                        const std::stop_token &stop)
{
    using Reader = library::StoreListing (*)(const library::StoreRequest &, const std::stop_token &);
    constexpr std::array<std::pair<library::Store, Reader>, 3> kStores = {{
        {library::Store::LmStudio, &library::readLmStudio},
        {library::Store::Ollama, &library::readOllama},
        {library::Store::Jan, &library::readJan},
    }};
    for (const auto &[store, read] : kStores) {
        const library::StoreListing listing = read(access.stores, stop);
        const bool below = std::any_of(listing.folders.begin(), listing.folders.end(),
                                       [&path](const fs::path &folder) { return pathBelow(folder, path); });
        const bool named = std::any_of(listing.models.begin(), listing.models.end(), [&](const auto &model) {
            std::error_code error;
            return fs::equivalent(model.path, path, error) && !error;
        });
        if (below || named)
            return store;
    }
    return std::nullopt;
}

} // namespace

Result<LibraryTarget> findTarget(const LibraryAccess &access, const std::string &argument,
                                 std::string_view act, const std::stop_token &stop)
{
    std::error_code error;
    const auto folder = library::cacheFolderName(argument);
    if (folder && fs::is_directory(access.cache / fromUtf8(*folder), error))
        return CachedFiles{argument, {}, {}};
    const fs::path path = fromUtf8(argument);
    if (const auto inside = pathBelow(access.own, path))
        return ownTarget(access, argument, *inside);
    const bool there = fs::exists(fs::symlink_status(path, error));
    if (const auto inside = there ? pathBelow(access.cache, path) : std::nullopt)
        return cacheTarget(access, argument, *inside);
    if (!there)
        return fail(
            ErrorKind::NotFound,
            fmt::format("{} is neither a repository in the Hugging Face cache nor a file here.", argument),
            {{"path", argument}}, "See what there is with: snug-cli list");
    if (const auto program = programOf(access, path, stop))
        return fail(
            ErrorKind::Unsupported,
            fmt::format("This file belongs to {0}, so Snug does not {1} it.", storeTitle(*program), act),
            {{"path", argument}, {"store", std::string(library::storeName(*program))}},
            fmt::format("Use {} for it, or bring it into Snug's folder with: snug-cli import",
                        storeTitle(*program)));
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");
    return fail(ErrorKind::Unsupported,
                fmt::format("This file is in a folder that is not Snug's, so Snug does not {} it.", act),
                {{"path", argument}, {"store", ""}}, "Bring it into Snug's folder with: snug-cli import");
}

} // namespace snug::cli
