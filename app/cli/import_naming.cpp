// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/import_naming.h"

#include "core/base/paths.h"
#include "core/library/cache_layout.h"
#include "core/library/hub_cache.h"

#include <algorithm>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;

bool isPlain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

// "llama3.2:1b" -> "llama3.2-1b.gguf"
std::string fileNameFor(std::string name)
{
    std::replace_if(
        name.begin(), name.end(), [](char c) { return !isPlain(c); }, '-');
    return name + ".gguf";
}

std::string containedOrNothing(const fs::path &path)
{
    const std::u8string text = path.generic_u8string();
    const std::string below(text.begin(), text.end());
    return library::isContainedPath(below) ? below : std::string();
}

// "models--org--name/snapshots/COMMIT/FILE"
std::optional<ImportNaming> inCache(const LibraryAccess &access, const fs::path &source)
{
    const auto inside = pathBelow(access.cache, source);
    if (!inside)
        return std::nullopt;
    const fs::path path = fromUtf8(*inside);
    auto segment = path.begin();
    const auto repository =
        segment == path.end() ? std::nullopt : library::repositoryOfFolder(toUtf8(*segment));
    if (!repository || ++segment == path.end() || *segment != "snapshots" || ++segment == path.end())
        return std::nullopt;
    ImportNaming naming;
    naming.below = *repository;
    naming.repository = *repository;
    naming.commit = toUtf8(*segment);
    fs::path file;
    for (++segment; segment != path.end(); ++segment)
        file /= *segment;
    const std::u8string text = file.generic_u8string();
    const auto cached =
        library::findFile(access.cache, *repository, naming.commit, std::string(text.begin(), text.end()));
    if (cached)
        naming.sha256 = cached->sha256;
    return naming;
}

bool isPartOf(const library::StoredModel &model, const fs::path &source)
{
    const auto parts = partsOf(model.path);
    return std::any_of(parts.begin(), parts.end(), [&source](const fs::path &part) {
        std::error_code error;
        return fs::equivalent(part, source, error) && !error;
    });
}

} // namespace

ImportNaming namingOf(const LibraryAccess &access, const fs::path &source, const std::stop_token &stop)
{
    if (auto cached = inCache(access, source))
        return *std::move(cached);
    ImportNaming naming;
    const library::StoreListing stores = library::readForeignStores(access.stores, stop);
    for (const library::StoredModel &model : stores.models) {
        if (!isPartOf(model, source))
            continue;
        if (model.store == library::Store::Ollama)
            naming.fileName = fileNameFor(model.name);
        else
            naming.below = containedOrNothing(fromUtf8(model.name).parent_path());
        naming.sha256 = model.sha256;
        return naming;
    }
    std::error_code error;
    if (source.extension() == ".safetensors")
        naming.below = containedOrNothing(fs::absolute(source, error).parent_path().filename());
    return naming;
}

} // namespace snug::cli
