// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/list_own.h"

#include "core/base/paths.h"
#include "core/library/scan.h"

#include <map>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;
using library::Provenance;
using nlohmann::json;

constexpr std::string_view kSafetensors = ".safetensors";
using Rows = std::map<std::string, library::IndexedFile>; // by path

Rows rowsOf(const LibraryAccess &access, const VerbContext &context)
{
    Rows rows;
    const auto index = openIndex(access, context);
    const auto all = index ? (*index)->all() : tl::make_unexpected(index.error());
    if (!all) {
        context.log("warning", all.error().message);
        return rows;
    }
    for (const library::IndexedFile &row : *all)
        rows.emplace(row.path, row);
    return rows;
}

// What is in the file is another program's JSON, or ours of another version.
json recipeJson(const std::string &text)
{
    json recipe = json::parse(text, nullptr, false);
    return recipe.is_discarded() ? json(text) : recipe;
}

void addProvenance(json &model, const library::IndexedFile &row, bool whole)
{
    const Provenance &from = row.provenance;
    model["how"] = std::string(library::howName(from.how));
    model["at"] = timeJson(from.atMs);
    model["verified_at"] = timeJson(whole ? row.verifiedMs : 0);
    const auto add = [&model](const char *key, const std::string &text) {
        if (!text.empty())
            model[key] = text;
    };
    if (whole) // it is of one file
        add("sha256", row.sha256);
    add("repository", from.repository);
    add("commit", from.commit);
    add("level", from.level);
    if (from.how == Provenance::How::Imported)
        add("imported_from", from.path);
    if (!from.recipe.empty())
        model["recipe"] = recipeJson(from.recipe);
}

json entry(const fs::path &path, std::string name, std::string_view format, std::int64_t bytes, int files)
{
    return {{"store", "snug"}, {"name", std::move(name)}, {"path", toUtf8(path)},
            {"bytes", bytes},  {"files", files},          {"format", std::string(format)}};
}

// One entry for all the safetensors of a folder.
void addCheckpoints(json &models, const LibraryAccess &access, const Rows &rows)
{
    std::map<fs::path, json> found;
    for (const auto &[path, row] : rows) {
        const fs::path file = access.own / fromUtf8(path);
        if (!path.ends_with(kSafetensors) || !library::stampOf(file))
            continue;
        const fs::path folder = file.parent_path();
        json model = entry(folder, toUtf8(folder.filename()), "safetensors", row.stamp.bytes, 1);
        addProvenance(model, row, true);
        const auto [known, isNew] = found.try_emplace(folder, std::move(model));
        if (!isNew) {
            known->second["bytes"] = known->second["bytes"].get<std::int64_t>() + row.stamp.bytes;
            known->second["files"] = known->second["files"].get<int>() + 1;
            known->second.erase("sha256");
            known->second["verified_at"] = nullptr;
        }
    }
    for (auto &[folder, model] : found)
        models.push_back(std::move(model));
}

} // namespace

void addOwnModels(json &models, const LibraryAccess &access, const VerbContext &context)
{
    std::error_code error;
    if (!fs::is_directory(access.own, error))
        return;
    const Rows rows = rowsOf(access, context);
    const library::ScanReport report = library::scan({{access.own}, {}}, {}, context.stop);
    for (const library::FoundModel &found : report.models) {
        const bool named = found.facts && !found.facts->name.empty();
        json model = entry(found.path, named ? found.facts->name : toUtf8(found.path.stem()), "gguf",
                           found.stamp.bytes, found.parts);
        const auto inside = pathBelow(access.own, found.path);
        const auto row = inside ? rows.find(*inside) : rows.end();
        if (row != rows.end())
            addProvenance(model, row->second, found.parts == 1);
        models.push_back(std::move(model));
    }
    addCheckpoints(models, access, rows);
}

} // namespace snug::cli
