// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/remove.h"

#include "app/cli/terminal_text.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/hub/environment.h"
#include "core/library/cache_removal.h"
#include "core/library/hub_cache.h"

#include <fmt/format.h>

namespace snug::cli {
namespace {

using nlohmann::json;

json itemsOf(const library::CacheRemoval &plan)
{
    json items = json::array();
    for (const library::CacheRemovalItem &item : plan.items) {
        json keptBy = json::array();
        for (const auto &path : item.keptBy)
            keptBy.push_back(toUtf8(path));
        items.push_back({{"path", toUtf8(item.snapshotPath)},
                         {"bytes", item.bytes},
                         {"freed_bytes", item.freedBytes},
                         {"kept_by", std::move(keptBy)}});
    }
    return items;
}

} // namespace

void RemoveVerb::define(CLI::App &app)
{
    app.add_option("REPO", m_repository, "A repository in the Hugging Face cache")->required();
    app.add_option("FILE", m_files, "Files of it; all of them without");
    app.add_option("--commit", m_commit, "Only of this commit");
    app.add_flag("--yes", m_yes, "Remove them; without, only tell");
}

Result<json> RemoveVerb::run(const VerbContext &context)
{
    SNUG_TRY(const hub::Environment environment, hub::readEnvironment(&hub::processVariable));
    SNUG_TRY(const auto repository, library::listRepository(environment.cache, m_repository, context.stop));
    json items = json::array();
    std::int64_t freed = 0;
    bool found = false;
    for (const auto &snapshot : repository.snapshots) {
        if (!m_commit.empty() && snapshot.commit != m_commit)
            continue;
        const auto plan = library::planCacheRemoval(environment.cache, m_repository, snapshot.commit, m_files,
                                                    context.stop);
        if (!plan && plan.error().kind == ErrorKind::NotFound && !m_files.empty())
            continue; // another snapshot has it
        if (!plan)
            return tl::make_unexpected(plan.error());
        found = true;
        for (json &item : itemsOf(*plan))
            items.push_back(std::move(item));
        freed += plan->freedBytes;
        if (m_yes) {
            SNUG_TRY(const library::CacheRemoved removed, library::removeFromCache(*plan, context.stop));
            static_cast<void>(removed);
        }
    }
    if (!found)
        return fail(ErrorKind::NotFound, "There is no such file in the cache.",
                    {{"repository", m_repository}}, "See what there is with: snug-cli list");
    return json{{"files", std::move(items)}, {"freed_bytes", freed}, {"removed", m_yes}};
}

void RemoveVerb::print(const json &result, const VerbContext &) const
{
    for (const json &file : result["files"]) {
        fmt::print("{:>9}  {}\n", formatBytes(file["freed_bytes"].get<std::int64_t>()),
                   terminalLine(file["path"].get<std::string>()));
        for (const json &path : file["kept_by"])
            fmt::print("{:11}its data stays for {}\n", "", terminalLine(path.get<std::string>()));
    }
    const std::string freed = formatBytes(result["freed_bytes"].get<std::int64_t>());
    if (result["removed"].get<bool>())
        fmt::print("Removed; {} are free again.\n", freed);
    else
        fmt::print("This would free {}. Nothing was removed; add --yes to do it.\n", freed);
}

} // namespace snug::cli
