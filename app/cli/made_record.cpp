// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/made_record.h"

#include "app/cli/library_access.h"
#include "core/base/paths.h"

#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> placeOf(const fs::path &file, const LibraryAccess &access)
{
    std::error_code error;
    const fs::path whole = fs::weakly_canonical(file, error);
    return error ? std::nullopt : pathBelow(access.own, whole);
}

Result<void> record(std::span<const convert::WrittenFile> files, const library::Provenance &provenance,
                    const LibraryAccess &access, const VerbContext &context)
{
    SNUG_TRY(const auto index, openIndex(access, context));
    if (index->readOnly())
        return {};
    for (const convert::WrittenFile &file : files) {
        const auto place = placeOf(file.path, access);
        const auto stamp = library::stampOf(file.path);
        if (place && stamp)
            SNUG_CHECK(index->record({*place, *stamp, file.sha256, provenance, provenance.atMs}));
    }
    return {};
}

} // namespace

void recordMade(std::span<const convert::WrittenFile> files, const nlohmann::json &origin,
                const nlohmann::json &recipe, const VerbContext &context)
{
    const auto access = openLibrary(context.paths);
    if (!access || files.empty() || !placeOf(files.front().path, *access))
        return;
    library::Provenance provenance;
    provenance.how = library::Provenance::How::Made;
    provenance.repository = origin.value("repository", std::string());
    provenance.commit = origin.value("commit", std::string());
    provenance.level = recipe.value("level", std::string());
    provenance.recipe = recipe.dump();
    provenance.atMs = nowMs();
    if (const auto noted = record(files, provenance, *access, context); !noted)
        context.log("warning", noted.error().message);
}

} // namespace snug::cli
