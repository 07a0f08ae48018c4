// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/pull.h"

#include "app/cli/pull_files.h"
#include "app/cli/pull_plan.h"
#include "app/cli/pull_record.h"
#include "app/cli/terminal_text.h"
#include "app/cli/unfinished.h"
#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace snug::cli {
namespace {

using nlohmann::json;

Result<json> discard(const PullRecord &record, const std::stop_token &stop)
{
    const bool known = !record.parts().empty();
    SNUG_TRY(const PullRecord::Narrowed done, record.narrowTo({}, stop));
    if (done.trouble)
        return tl::make_unexpected(*done.trouble);
    return json{{"discarded", known}, {"freed_bytes", done.freedBytes}};
}

std::string shownCare(const json &files)
{
    const bool verified = std::all_of(files.begin(), files.end(),
                                      [](const json &file) { return file["verified"].get<bool>(); });
    return verified ? "verified" : "not verified (`snug-cli verify` reads all of it)";
}

} // namespace

void PullVerb::define(CLI::App &app)
{
    app.add_option("MODEL", m_reference,
                   "ORG/NAME[@REVISION][:LEVEL or :FILE], or the address of its page; without a level Q4_K_M")
        ->required();
    app.add_option("--connections", m_connections, "How many at once for a large file")
        ->check(CLI::Range(1, 16));
    app.add_option("--limit-rate", m_limit, "Bytes a second, at most (2000000, 2MB)")
        ->transform(CLI::AsSizeValue(true))
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{std::numeric_limits<std::int64_t>::max()}));
    app.add_option("--beside", m_others,
                   "Count the room that this unfinished download still needs too (again for each)")
        ->allow_extra_args(false);
    app.add_flag("--check", m_check, "Only look whether there is room for it");
    app.add_flag("--discard", m_discard, "Throw away what an interrupted download of it left");
}

Result<json> PullVerb::run(const VerbContext &context)
{
    SNUG_TRY(const hub::Environment environment, hub::readEnvironment(&hub::processVariable));
    SNUG_TRY(const hub::RepoReference reference, hub::parseReference(m_reference, environment.endpoint));
    const auto folder = unfinishedFolder(environment, context);
    const PullRecord record(folder, reference);
    if (m_discard)
        return discard(record, context.stop);
    SNUG_TRY(const HubAccess hub, openHub());
    std::vector<PullRecord> others;
    for (const std::string &other : m_others) {
        SNUG_TRY(const hub::RepoReference meant, hub::parseReference(other, environment.endpoint));
        others.emplace_back(folder, meant);
    }
    SNUG_TRY(const PullPlan plan, planPull(hub, reference, context));
    PullFiles files(hub, plan, context, {m_connections, static_cast<std::int64_t>(m_limit)});
    if (m_check)
        return files.check(record, others);
    return files.run(record, others);
}

void PullVerb::print(const json &result, const VerbContext &) const
{
    if (result.contains("discarded")) {
        if (result["discarded"].get<bool>())
            fmt::print("Thrown away; {} are free again.\n",
                       formatBytes(result["freed_bytes"].get<std::int64_t>()));
        else
            fmt::print("Nothing unfinished of it is here.\n");
        return;
    }
    if (!result.contains("files")) {
        fmt::print("There is room for {}.\n", formatBytes(result["bytes"].get<std::int64_t>()));
        return;
    }
    for (const json &file : result["files"])
        fmt::print("{}\n", terminalLine(file["path"].get<std::string>()));
    const auto transferred = result["bytes_transferred"].get<std::int64_t>();
    fmt::print("{}, {}; {}.\n", formatBytes(result["bytes"].get<std::int64_t>()), shownCare(result["files"]),
               transferred == 0 ? "all of it was here already" : formatBytes(transferred) + " were fetched");
}

} // namespace snug::cli
