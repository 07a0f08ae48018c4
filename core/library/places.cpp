// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/places.h"

namespace snug::library {
namespace {

constexpr std::size_t kMostFiles = 1000;

void addFolders(std::vector<Place> &places, const StoreListing &listing, Store store)
{
    for (const auto &folder : listing.folders)
        places.push_back({folder, std::string(storeName(store))});
}

} // namespace

std::vector<Place> otherPlaces(const std::filesystem::path &hubCache, const StoreRequest &request,
                               const std::stop_token &stop)
{
    std::vector<Place> places;
    std::error_code error;
    if (std::filesystem::is_directory(hubCache, error))
        places.push_back({hubCache, "hub_cache"});
    addFolders(places, readLmStudio(request, stop), Store::LmStudio);
    addFolders(places, readJan(request, stop), Store::Jan);
    const StoreListing ollama = readOllama(request, stop);
    for (std::size_t i = 0; i < ollama.models.size() && i < kMostFiles; ++i)
        places.push_back({ollama.models[i].path, std::string(storeName(Store::Ollama))});
    return places;
}

} // namespace snug::library
