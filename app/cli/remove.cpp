// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/remove.h"

#include "app/cli/removal_plan.h"
#include "app/cli/terminal_text.h"
#include "core/base/units.h"

#include <fmt/format.h>

namespace snug::cli {
namespace {

using nlohmann::json;

bool isWholeRepository(const LibraryTarget &target)
{
    const auto *cached = std::get_if<CachedFiles>(&target);
    return cached != nullptr && cached->commit.empty() && cached->files.empty();
}

} // namespace

void RemoveVerb::define(CLI::App &app)
{
    app.add_option("REPO|PATH", m_target,
                   "A repository in the Hugging Face cache, or a file of it or of Snug's folder")
        ->required();
    app.add_option("FILE", m_more, "Files of the repository, all of them without; or further paths");
    app.add_option("--commit", m_commit, "Only of this commit of the repository");
    app.add_flag("--yes", m_yes, "Remove them; without, only tell");
}

Result<json> RemoveVerb::run(const VerbContext &context)
{
    SNUG_TRY(const LibraryAccess access, openLibrary(context.paths));
    std::vector<LibraryTarget> targets(1);
    SNUG_TRY(targets.front(), findTarget(access, m_target, "remove", context.stop));
    if (isWholeRepository(targets.front())) {
        auto &cached = std::get<CachedFiles>(targets.front());
        cached.commit = m_commit;
        cached.files = m_more;
    } else {
        if (!m_commit.empty())
            return fail(ErrorKind::InvalidArgument, "--commit goes with a repository, not with a path.");
        for (const std::string &path : m_more) {
            SNUG_TRY(LibraryTarget target, findTarget(access, path, "remove", context.stop));
            targets.push_back(std::move(target));
        }
    }
    SNUG_TRY(RemovalPlan plan, planRemoval(access, targets, context.stop));
    if (m_yes) {
        SNUG_TRY(plan.freedBytes, carryOut(plan, access, context));
    }
    return json{{"files", std::move(plan.files)}, {"freed_bytes", plan.freedBytes}, {"removed", m_yes}};
}

void RemoveVerb::print(const json &result, const VerbContext &) const
{
    for (const json &file : result["files"]) {
        fmt::print("{:>9}  {}\n", formatBytes(file["freed_bytes"].get<std::int64_t>()),
                   terminalLine(file["path"].get<std::string>()));
        for (const json &path : file["kept_by"])
            fmt::print("{:11}its data stays for {}\n", "", terminalLine(path.get<std::string>()));
        const auto others = file["other_hard_links"].get<std::int64_t>();
        if (others > 0 && file["kept_by"].empty())
            fmt::print("{:11}its data has {} more names elsewhere and stays\n", "", others);
    }
    const std::string freed = formatBytes(result["freed_bytes"].get<std::int64_t>());
    if (result["removed"].get<bool>())
        fmt::print("Removed; {} are free again.\n", freed);
    else
        fmt::print("This would free {}. Nothing was removed; add --yes to do it.\n", freed);
}

} // namespace snug::cli
