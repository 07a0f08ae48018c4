// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/pull.h"

#include "app/cli/pull_files.h"
#include "app/cli/pull_plan.h"
#include "app/cli/pull_record.h"
#include "app/cli/terminal_text.h"
#include "core/base/file_lock.h"
#include "core/base/units.h"
#include "core/download/journal.h"

#include <fmt/format.h>

#include <system_error>

namespace snug::cli {
namespace {

using nlohmann::json;

// Waits for a download of it that is just being stopped.
Result<std::int64_t> discardPart(const std::filesystem::path &part, const std::stop_token &stop)
{
    std::error_code code;
    auto lockPath = part;
    lockPath += ".lock";
    SNUG_TRY(const FileLock lock, FileLock::acquire(lockPath, stop));
    const auto bytes = std::filesystem::file_size(part, code);
    const std::int64_t freed = code ? 0 : static_cast<std::int64_t>(bytes);
    auto whole = part;
    whole.replace_extension(".whole");
    download::removeJournal(download::journalPath(part));
    for (const auto &path : {part, whole})
        std::filesystem::remove(path, code);
    return freed;
}

Result<json> discard(const PullRecord &record, const std::filesystem::path &folder,
                     const std::stop_token &stop)
{
    std::int64_t freed = 0;
    for (const std::string &name : record.parts()) {
        SNUG_TRY(const std::int64_t bytes, discardPart(folder / fromUtf8(name), stop));
        freed += bytes;
    }
    record.remove();
    return json{{"discarded", true}, {"freed_bytes", freed}};
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
        ->transform(CLI::AsSizeValue(true));
    app.add_flag("--discard", m_discard, "Throw away what an interrupted download of it left");
}

Result<json> PullVerb::run(const VerbContext &context)
{
    SNUG_TRY(const HubAccess hub, openHub());
    const auto folder = unfinishedFolder(hub, context);
    const PullRecord record(folder, m_reference);
    if (m_discard)
        return discard(record, folder, context.stop);
    SNUG_TRY(const PullPlan plan, planPull(hub, m_reference, context));
    PullFiles files(hub, plan, context, {m_connections, static_cast<std::int64_t>(m_limit)});
    return files.run(record);
}

void PullVerb::print(const json &result, const VerbContext &) const
{
    if (result.contains("discarded")) {
        fmt::print("Thrown away; {} are free again.\n",
                   formatBytes(result["freed_bytes"].get<std::int64_t>()));
        return;
    }
    for (const json &file : result["files"])
        fmt::print("{}\n", terminalLine(file["path"].get<std::string>()));
    const auto transferred = result["bytes_transferred"].get<std::int64_t>();
    fmt::print("{}, verified; {}.\n", formatBytes(result["bytes"].get<std::int64_t>()),
               transferred == 0 ? "all of it was here already" : formatBytes(transferred) + " were fetched");
}

} // namespace snug::cli
