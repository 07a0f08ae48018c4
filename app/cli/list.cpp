// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/list.h"

#include "app/cli/cache_record.h"
#include "app/cli/library_access.h"
#include "app/cli/list_duplicates.h"
#include "app/cli/list_own.h"
#include "app/cli/list_updates.h"
#include "app/cli/terminal_text.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/library/hub_cache.h"
#include "core/model/split_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace snug::cli {
namespace {

using nlohmann::json;

json entry(std::string_view store, const std::string &name, const std::filesystem::path &path,
           std::int64_t bytes)
{
    return {{"store", store}, {"name", name}, {"path", toUtf8(path)}, {"bytes", bytes}, {"files", 1}};
}

bool isCompanion(std::string_view fileName)
{
    return fileName.starts_with("mmproj") || fileName.starts_with("imatrix");
}

// Of two parts the earlier; never, if one of them never was.
json earlier(const json &one, const json &other)
{
    return one.is_string() && other.is_string() ? std::min(one, other) : json();
}

// One entry a GGUF model, its parts joined, and one for all the safetensors of a snapshot.
void addSnapshot(json &models, const library::CachedRepository &repository,
                 const library::CachedSnapshot &snapshot, const CacheRecord &record)
{
    std::map<std::string, json> found; // by what the parts have in common
    for (const library::CachedFile &file : snapshot.files) {
        const std::string fileName = toUtf8(file.snapshotPath.filename());
        const bool gguf = fileName.ends_with(".gguf");
        if ((!gguf && !fileName.ends_with(".safetensors")) || isCompanion(fileName))
            continue;
        const auto split = parseSplitName(fileName);
        const std::string key = !gguf   ? ""
                                : split ? toUtf8(fromUtf8(file.path).parent_path()) + "/" + split->base
                                        : file.path;
        json model = entry("hub_cache", repository.id,
                           gguf ? file.snapshotPath : file.snapshotPath.parent_path(), file.bytes);
        model["repository"] = repository.id;
        model["commit"] = snapshot.commit;
        model["refs"] = snapshot.refs;
        model["at"] = timeJson(writtenMs(file.snapshotPath));
        model["verified_at"] = timeJson(record.verifiedMs(file));
        model["format"] = gguf ? "gguf" : "safetensors";
        if (!file.sha256.empty())
            model["sha256"] = file.sha256;
        const json verifiedAt = model["verified_at"];
        const auto [known, isNew] = found.try_emplace(key, std::move(model));
        if (!isNew) {
            known->second["bytes"] = known->second["bytes"].get<std::int64_t>() + file.bytes;
            known->second["files"] = known->second["files"].get<int>() + 1;
            known->second["verified_at"] = earlier(known->second["verified_at"], verifiedAt);
            known->second.erase("sha256"); // it is of one file
        }
    }
    for (auto &[key, model] : found)
        models.push_back(std::move(model));
}

} // namespace

void ListVerb::define(CLI::App &app)
{
    auto *duplicates = app.add_flag("--duplicates", m_duplicates,
                                    "Find files that are stored more than once; may read all of them");
    app.add_flag("--updates", m_updates, "Ask the Hub which models in its cache have changed there")
        ->excludes(duplicates);
}

Result<json> ListVerb::run(const VerbContext &context)
{
    SNUG_TRY(const LibraryAccess access, openLibrary(context.paths));
    if (m_duplicates)
        return listDuplicates(access, context);
    json models = json::array();
    addOwnModels(models, access, context);
    const library::CacheListing cache = library::listCache(access.cache, context.stop);
    const CacheRecord record(access.cache, context);
    for (const auto &repository : cache.repositories) {
        for (const auto &snapshot : repository.snapshots)
            addSnapshot(models, repository, snapshot, record);
    }
    const library::StoreListing stores = library::readForeignStores(access.stores, context.stop);
    for (const library::StoredModel &model : stores.models) {
        json found = entry(library::storeName(model.store), model.name, model.path, model.bytes);
        found["format"] = "gguf";
        if (!model.sha256.empty())
            found["sha256"] = model.sha256;
        models.push_back(std::move(found));
    }
    if (context.stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");
    json result = {{"models", std::move(models)},
                   {"hub_cache", toUtf8(access.cache)},
                   {"ignored", cache.ignored + stores.ignored},
                   {"complete", !cache.limited && !stores.limited}};
    if (m_updates)
        SNUG_CHECK(addUpdates(result, context));
    return result;
}

void ListVerb::print(const json &result, const VerbContext &) const
{
    if (m_duplicates) {
        printDuplicates(result);
        return;
    }
    if (result["models"].empty()) {
        fmt::print("No models yet. Try: snug-cli search\n");
        return;
    }
    const auto text = [](const json &value) { return terminalLine(value.get<std::string>()); };
    for (const json &model : result["models"]) {
        fmt::print("{:<10} {:>9}  {}\n{:22}{}\n", text(model["store"]),
                   formatBytes(model["bytes"].get<std::int64_t>()), text(model["name"]), "",
                   text(model["path"]));
        if (m_updates && !model["update"].is_null())
            fmt::print("{:22}update available: {}\n", "", text(model["update"]["commit"]));
    }
    if (const auto ignored = result["ignored"].get<std::int64_t>(); ignored > 0)
        fmt::print("{} entries are not what they should be and were left out.\n", ignored);
    if (m_updates && !result["updates_problem"].is_null())
        fmt::print("Not every model could be asked after: {}\n", text(result["updates_problem"]["message"]));
}

} // namespace snug::cli
