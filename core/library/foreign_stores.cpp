// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/foreign_stores.h"

#include "core/base/atomic_file.h"
#include "core/base/paths.h"
#include "core/library/store_folders.h"

#include <algorithm>
#include <iterator>

namespace snug::library {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMostPointerBytes = 4096;

fs::path lmStudioPointer(const fs::path &file)
{
    const auto text = readSmallFile(file, kMostPointerBytes);
    if (!text)
        return {};
    const std::size_t begin = text->find_first_not_of(" \r\n\t");
    const std::size_t end = text->find_last_not_of(" \r\n\t");
    if (begin == std::string::npos)
        return {};
    const std::string line = text->substr(begin, end - begin + 1);
    const fs::path path = isShowable(line) ? fromUtf8(line) : fs::path();
    return path.is_absolute() ? path : fs::path();
}

} // namespace

std::string_view storeName(Store store)
{
    switch (store) {
    case Store::LmStudio:
        return "lm_studio";
    case Store::Ollama:
        return "ollama";
    case Store::Jan:
        return "jan";
    }
    return "";
}

StoreListing readLmStudio(const StoreRequest &request, const std::stop_token &stop)
{
    std::vector<fs::path> settings = {userConfigFolder(request) / "LM Studio" / "settings.json"};
    std::vector<fs::path> candidates;
    for (const fs::path &home : {lmStudioPointer(request.home / ".lmstudio-home-pointer"),
                                 request.home / ".lmstudio", request.home / ".cache" / "lm-studio"}) {
        if (home.empty())
            continue;
        candidates.push_back(home / "models");
        settings.push_back(home / "settings.json");
    }
    for (const fs::path &file : settings)
        candidates.push_back(pathSetting(file, "downloadsFolder").value_or(fs::path()));
    StoreListing listing;
    for (const fs::path &folder : existingFolders(candidates))
        addGgufBelow(folder, Store::LmStudio, request, stop, listing);
    sortByName(listing.models);
    return listing;
}

StoreListing readForeignStores(const StoreRequest &request, const std::stop_token &stop)
{
    StoreListing all;
    for (const auto read : {&readLmStudio, &readOllama, &readJan}) {
        StoreListing one = read(request, stop);
        std::move(one.models.begin(), one.models.end(), std::back_inserter(all.models));
        std::move(one.folders.begin(), one.folders.end(), std::back_inserter(all.folders));
        all.ignored += one.ignored;
        all.limited = all.limited || one.limited;
        all.stopped = all.stopped || one.stopped;
    }
    return all;
}

} // namespace snug::library
