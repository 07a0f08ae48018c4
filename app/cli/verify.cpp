// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/verify.h"

#include "app/cli/terminal_text.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/hub/environment.h"
#include "core/library/hub_cache.h"
#include "core/library/verify.h"

#include <fmt/format.h>

#include <set>

namespace snug::cli {
namespace {

using nlohmann::json;

struct Tally {
    json files = json::array();
    std::int64_t damaged = 0;
    std::int64_t unknown = 0;
    std::string firstDamaged;
};

Result<std::vector<library::CachedRepository>>
repositoriesOf(const std::filesystem::path &cache, const std::string &wanted, const std::stop_token &stop)
{
    if (wanted.empty())
        return library::listCache(cache, stop).repositories;
    SNUG_TRY(library::CachedRepository repository, library::listRepository(cache, wanted, stop));
    return std::vector{std::move(repository)};
}

Result<void> check(const library::CachedFile &file, Tally &tally, const VerbContext &context)
{
    const auto verified = library::verifyCached(file, context.progress, context.stop);
    std::string state = "verified";
    if (!verified) {
        if (verified.error().kind == ErrorKind::Checksum)
            state = "damaged";
        else if (verified.error().kind == ErrorKind::Unsupported)
            state = "unknown";
        else
            return tl::make_unexpected(verified.error());
    }
    if (state == "damaged" && ++tally.damaged == 1)
        tally.firstDamaged = toUtf8(file.snapshotPath);
    tally.unknown += state == "unknown" ? 1 : 0;
    tally.files.push_back({{"path", toUtf8(file.snapshotPath)},
                           {"bytes", file.bytes},
                           {"sha256", file.sha256},
                           {"state", state}});
    return {};
}

} // namespace

void VerifyVerb::define(CLI::App &app)
{
    app.add_option("REPO", m_repository, "A repository in the Hugging Face cache; all of them without");
}

Result<json> VerifyVerb::run(const VerbContext &context)
{
    SNUG_TRY(const hub::Environment environment, hub::readEnvironment(&hub::processVariable));
    SNUG_TRY(const auto repositories, repositoriesOf(environment.cache, m_repository, context.stop));
    Tally tally;
    std::set<std::filesystem::path> seen; // content that several snapshots share is read once
    for (const auto &repository : repositories) {
        for (const auto &snapshot : repository.snapshots) {
            for (const library::CachedFile &file : snapshot.files) {
                if (!file.blobPath.empty() && !seen.insert(file.blobPath).second)
                    continue;
                SNUG_CHECK(check(file, tally, context));
            }
        }
    }
    if (context.stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");
    if (tally.damaged > 0)
        return fail(ErrorKind::Checksum,
                    fmt::format("{} of {} files are damaged.", tally.damaged, tally.files.size()),
                    {{"path", tally.firstDamaged}, {"damaged", tally.damaged}},
                    "Remove the damaged files and download them again.");
    return json{{"files", std::move(tally.files)}, {"unknown", tally.unknown}};
}

void VerifyVerb::print(const json &result, const VerbContext &) const
{
    for (const json &file : result["files"])
        fmt::print("{:<9} {:>9}  {}\n", file["state"].get<std::string>(),
                   formatBytes(file["bytes"].get<std::int64_t>()),
                   terminalLine(file["path"].get<std::string>()));
    fmt::print("{} files, none damaged.\n", result["files"].size());
}

} // namespace snug::cli
