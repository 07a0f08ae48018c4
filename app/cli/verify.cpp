// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/verify.h"

#include "app/cli/cache_record.h"
#include "app/cli/library_target.h"
#include "app/cli/terminal_text.h"
#include "core/base/error_detail.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/library/cache_layout.h"
#include "core/library/hub_cache.h"
#include "core/library/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace snug::cli {
namespace {

using nlohmann::json;

// A file to read: of Snug's folder or of the cache.
struct Candidate {
    std::int64_t bytes = 0;
    std::string own; // below the folder; empty: of the cache
    library::CachedFile cached;
};

// Reads one file after the other and keeps what is found.
class Verification {
public:
    Verification(const LibraryAccess &access, const VerbContext &context)
        : m_access(access), m_context(context), m_record(access.cache, context)
    {
    }

    Result<void> add(const LibraryTarget &target)
    {
        if (const auto *own = std::get_if<OwnFiles>(&target))
            return addOwn(&own->paths);
        return addCached(std::get<CachedFiles>(target));
    }

    Result<void> addAll()
    {
        std::error_code error;
        if (std::filesystem::is_directory(m_access.own, error))
            SNUG_CHECK(addOwn(nullptr));
        for (const auto &repository : library::listCache(m_access.cache, m_context.stop).repositories)
            addRepository(repository, {});
        return {};
    }

    Result<json> run()
    {
        Progress all{"verifying", 0, 0, Unit::Bytes};
        all.total = std::accumulate(m_candidates.begin(), m_candidates.end(), std::int64_t{0},
                                    [](std::int64_t sum, const auto &file) { return sum + file.bytes; });
        for (const Candidate &candidate : m_candidates) {
            SNUG_CHECK(check(candidate, [this, &all](const Progress &one) {
                m_context.progress({all.stage, all.done + one.done, all.total, all.unit});
            }));
            all.done += candidate.bytes;
        }
        if (m_context.stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Cancelled.");
        if (m_damaged > 0)
            return damage();
        return json{{"files", std::move(m_files)}, {"unknown", m_unknown}};
    }

private:
    Result<void> addOwn(const std::vector<std::string> *wanted)
    {
        if (!m_index) {
            SNUG_TRY(m_index, openIndex(m_access, m_context));
        }
        SNUG_TRY(const std::vector<library::IndexedFile> known, m_index->all());
        for (const library::IndexedFile &file : known) {
            const bool asked =
                wanted == nullptr || std::find(wanted->begin(), wanted->end(), file.path) != wanted->end();
            // What is missing may lie on a disk that is not plugged in; nobody asked for it by name.
            if (asked && library::stampOf(m_index->folder() / fromUtf8(file.path)) &&
                m_seen.insert(m_index->folder() / fromUtf8(file.path)).second)
                m_candidates.push_back({file.stamp.bytes, file.path, {}});
        }
        return {};
    }

    Result<void> addCached(const CachedFiles &wanted)
    {
        SNUG_TRY(const auto repository,
                 library::listRepository(m_access.cache, wanted.repository, m_context.stop));
        addRepository(repository, wanted);
        return {};
    }

    void addRepository(const library::CachedRepository &repository, const CachedFiles &wanted)
    {
        for (const auto &snapshot : repository.snapshots) {
            if (!wanted.commit.empty() && snapshot.commit != wanted.commit)
                continue;
            for (const library::CachedFile &file : snapshot.files) {
                const bool asked = wanted.files.empty() || std::find(wanted.files.begin(), wanted.files.end(),
                                                                     file.path) != wanted.files.end();
                // Content that several snapshots share is read once.
                if (asked && m_seen.insert(file.blobPath.empty() ? file.snapshotPath : file.blobPath).second)
                    m_candidates.push_back({file.bytes, {}, file});
            }
        }
    }

    Result<void> check(const Candidate &candidate, const ProgressFn &progress)
    {
        json told = {{"bytes", candidate.bytes}, {"state", "verified"}};
        Result<void> verified;
        if (candidate.own.empty()) {
            told["path"] = toUtf8(candidate.cached.snapshotPath);
            told["sha256"] = candidate.cached.sha256;
            verified = library::verifyCached(candidate.cached, progress, m_context.stop);
            if (verified)
                m_record.setVerified(candidate.cached);
        } else {
            told["path"] = toUtf8(m_index->folder() / fromUtf8(candidate.own));
            const auto found =
                library::verifyIndexed(*m_index, candidate.own, nowMs(), progress, m_context.stop);
            if (found) {
                told["sha256"] = found->sha256;
                told["state"] = found->first ? "first" : "verified";
            } else {
                verified = tl::make_unexpected(found.error());
            }
        }
        if (!verified)
            SNUG_CHECK(judge(verified.error(), told));
        m_files.push_back(std::move(told));
        return {};
    }

    Result<void> judge(const Error &error, json &told)
    {
        if (error.kind == ErrorKind::Unsupported && textOf(error, "reason") == "no_hash") {
            told["state"] = "unknown";
            ++m_unknown;
            return {};
        }
        if (error.kind != ErrorKind::Checksum)
            return tl::make_unexpected(error);
        told["state"] = textOf(error, "reason");
        told["sha256"] = textOf(error, "wanted");
        told["found"] = textOf(error, "found");
        if (++m_damaged == 1)
            m_first = error;
        m_context.log("error", error.message);
        return {};
    }

    tl::unexpected<Error> damage()
    {
        Error error = std::move(m_first);
        if (m_files.size() > 1)
            error.message = fmt::format("{} of {} files do not have the promised bytes; the first is {}.",
                                        m_damaged, m_files.size(), textOf(error, "path"));
        error.detail.emplace_back("damaged", m_damaged);
        return tl::make_unexpected(std::move(error));
    }

    const LibraryAccess &m_access;
    const VerbContext &m_context;
    CacheRecord m_record;
    std::unique_ptr<library::Index> m_index;
    std::set<std::filesystem::path> m_seen;
    std::vector<Candidate> m_candidates;
    json m_files = json::array();
    std::int64_t m_unknown = 0;
    std::int64_t m_damaged = 0;
    Error m_first;
};

} // namespace

void VerifyVerb::define(CLI::App &app)
{
    app.add_option(
        "REPO|PATH", m_targets,
        "Repositories in the Hugging Face cache, and files of it or of Snug's folder; all without");
}

Result<json> VerifyVerb::run(const VerbContext &context)
{
    SNUG_TRY(const LibraryAccess access, openLibrary(context.paths));
    Verification verification(access, context);
    if (m_targets.empty())
        SNUG_CHECK(verification.addAll());
    for (const std::string &argument : m_targets) {
        SNUG_TRY(const LibraryTarget target, findTarget(access, argument, "verify", context.stop));
        SNUG_CHECK(verification.add(target));
    }
    return verification.run();
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
