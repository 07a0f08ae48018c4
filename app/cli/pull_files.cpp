// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/pull_files.h"

#include "app/cli/library_access.h"
#include "app/cli/unfinished.h"
#include "core/base/stop_wait.h"
#include "core/base/units.h"
#include "core/download/preflight.h"
#include "core/library/cache_placement.h"
#include "core/library/hub_cache.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace snug::cli {
namespace {

using download::ExpectedHash;
using download::HashKind;
using nlohmann::json;

ExpectedHash hashOf(const hub::RemoteFile &file)
{
    if (file.sha256)
        return {HashKind::Sha256, *file.sha256};
    if (file.sha1)
        return {HashKind::GitSha1, *file.sha1};
    return {};
}

// Files with the same content share the name; without a hash, the name stands for the place in the
// repository.
Result<std::string> partName(const PullPlan &plan, const hub::RemoteFile &file, const ExpectedHash &hash)
{
    if (hash.kind != HashKind::None)
        return hash.hex + ".part";
    SNUG_TRY(download::Digest digest, download::Digest::start(HashKind::Sha256, 0));
    for (const std::string &text : {plan.id.text(), plan.commit, file.path}) {
        digest.update(std::as_bytes(std::span(text)));
        digest.update(std::as_bytes(std::span("\n", 1)));
    }
    SNUG_TRY(const std::string name, digest.finish());
    return name + ".part";
}

std::string_view stageOf(const download::Status &status)
{
    using download::State;
    using download::WaitReason;
    if (status.state == State::Done)
        return download::stateName(State::Installing); // this file's place in the cache comes next
    if (status.state != State::Waiting)
        return download::stateName(status.state);
    switch (status.waitingFor) {
    case WaitReason::RateLimit:
        return "waiting for rate limit";
    case WaitReason::Disk:
        return "waiting for disk";
    case WaitReason::Server:
        return "waiting for server";
    case WaitReason::FileLock:
        return "waiting for file";
    case WaitReason::Network:
    case WaitReason::None:
        break;
    }
    return "waiting for network";
}

std::int64_t totalOf(const std::vector<hub::RemoteFile> &files)
{
    std::int64_t total = 0;
    for (const hub::RemoteFile &file : files) {
        if (!file.bytes || *file.bytes > std::numeric_limits<std::int64_t>::max() - total)
            return -1;
        total += *file.bytes;
    }
    return total;
}

} // namespace

PullFiles::PullFiles(const HubAccess &hub, const PullPlan &plan, const VerbContext &context, Limits limits)
    : m_hub(hub)
    , m_plan(plan)
    , m_context(context)
    , m_limit(limits.bytesPerSecond)
    , m_record(hub.environment.cache, context)
    , m_folder(unfinishedFolder(hub.environment, context))
    , m_total(totalOf(plan.files))
{
    m_options.connections = limits.connections;
    m_options.limit = &m_limit;
}

Result<json> PullFiles::check(const PullRecord &record, const std::vector<PullRecord> &others)
{
    SNUG_CHECK(nameParts());
    std::vector<PullRecord::Part> parts = missing();
    SNUG_CHECK(checkRoom(parts, others));
    for (const PullRecord::Part &old : record.parts()) {
        if (std::none_of(parts.begin(), parts.end(),
                         [&old](const auto &part) { return part.file == old.file; }))
            parts.push_back(old);
    }
    SNUG_CHECK(record.write(parts));
    return json{{"repository", m_plan.id.text()},
                {"commit", m_plan.commit},
                {"level", m_plan.label},
                {"bytes", m_total}};
}

Result<json> PullFiles::run(const PullRecord &record, const std::vector<PullRecord> &others)
{
    SNUG_CHECK(nameParts());
    std::vector<PullRecord::Part> parts = missing();
    SNUG_CHECK(checkRoom(parts, others));
    SNUG_CHECK(narrow(record, parts));
    json files = json::array();
    for (const File &file : m_files) {
        SNUG_TRY(json told, bring(file));
        files.push_back(std::move(told));
        // What has its place needs no more room.
        if (std::erase_if(parts, [&file](const auto &part) { return part.file == file.part; }) > 0)
            SNUG_CHECK(record.write(parts));
    }
    if (!m_plan.revision.empty())
        SNUG_CHECK(
            library::placeRef(m_hub.environment.cache, m_plan.id.text(), m_plan.revision, m_plan.commit));
    return json{
        {"repository", m_plan.id.text()}, {"commit", m_plan.commit}, {"level", m_plan.label},
        {"files", std::move(files)},      {"bytes", m_finished},     {"bytes_transferred", m_transferred},
        {"offline", m_plan.fromCache}};
}

Result<void> PullFiles::nameParts()
{
    for (const hub::RemoteFile &remote : m_plan.files) {
        const ExpectedHash hash = hashOf(remote);
        SNUG_TRY(std::string part, partName(m_plan, remote, hash));
        m_files.push_back({remote, hash, std::move(part)});
    }
    return {};
}

std::vector<PullRecord::Part> PullFiles::missing() const
{
    std::vector<PullRecord::Part> parts;
    for (const File &file : m_files) {
        if (!isCached(file) && !hasContent(file))
            parts.push_back({file.part, file.remote.bytes.value_or(download::kUnknown)});
    }
    return parts;
}

std::vector<download::PlannedFile> PullFiles::planned(const std::vector<PullRecord::Part> &parts) const
{
    std::vector<download::PlannedFile> files;
    for (const PullRecord::Part &entry : parts) {
        const auto part = m_folder / fromUtf8(entry.file);
        files.push_back({part, wholeOf(part), entry.bytes});
    }
    return files;
}

Result<std::vector<download::PlannedFile>> PullFiles::filesToCome()
{
    SNUG_CHECK(nameParts());
    return planned(missing());
}

// The reference may have meant other files at the time of an earlier run, and another program may have
// finished them. What an older version of it left is no business of a cache that stands in for the Hub.
Result<void> PullFiles::narrow(const PullRecord &record, std::vector<PullRecord::Part> parts) const
{
    if (m_plan.fromCache)
        return {};
    SNUG_TRY(const PullRecord::Narrowed done, record.narrowTo(std::move(parts), m_context.stop));
    if (done.freedBytes > 0)
        m_context.log("warning",
                      formatBytes(done.freedBytes) +
                          " of an interrupted download are not needed any more and were thrown away.");
    return {};
}

bool PullFiles::isCached(const File &file) const
{
    const auto found =
        library::findFile(m_hub.environment.cache, m_plan.id.text(), m_plan.commit, file.remote.path);
    return found && (!file.remote.bytes || found->bytes == *file.remote.bytes) &&
           (file.hash.kind != HashKind::Sha256 || found->sha256.empty() || found->sha256 == file.hash.hex);
}

bool PullFiles::hasContent(const File &file) const
{
    return file.hash.kind != HashKind::None && file.remote.bytes &&
           library::hasContent(m_hub.environment.cache, m_plan.id.text(), file.hash.hex, *file.remote.bytes);
}

Result<FileLock> PullFiles::lockOf(const File &file) const
{
    constexpr std::chrono::milliseconds kLook(500);
    for (;;) {
        SNUG_TRY(std::optional<FileLock> lock, download::lockPart(m_folder / fromUtf8(file.part)));
        if (lock)
            return *std::move(lock);
        m_context.progress({"waiting for file", 0, -1, Unit::Items});
        if (waitForStop(m_context.stop, kLook))
            return fail(ErrorKind::Cancelled, "The download was stopped.");
    }
}

Result<bool> PullFiles::ensure(const File &file)
{
    if (isCached(file))
        return false;
    SNUG_TRY(const FileLock lock, lockOf(file));
    if (isCached(file)) // by now
        return false;
    if (hasContent(file)) {
        SNUG_CHECK(place(file, file.hash.hex, *file.remote.bytes, {}));
        return false;
    }
    SNUG_CHECK(fetchAndPlace(file, lock));
    return file.hash.kind != HashKind::None;
}

Result<json> PullFiles::bring(const File &file)
{
    SNUG_TRY(const bool compared, ensure(file));
    SNUG_TRY(const library::CachedFile found,
             library::findFile(m_hub.environment.cache, m_plan.id.text(), m_plan.commit, file.remote.path));
    if (compared)
        m_record.setVerified(found, {library::Provenance::How::Downloaded,
                                     m_plan.id.text(),
                                     m_plan.commit,
                                     file.remote.path,
                                     m_plan.label,
                                     {},
                                     nowMs()});
    if (m_placed)
        m_placed(file.remote, found.snapshotPath);
    m_finished += found.bytes;
    m_context.progress({"downloading", m_finished, m_total, Unit::Bytes});
    return json{{"path", toUtf8(found.snapshotPath)},
                {"bytes", found.bytes},
                {"sha256", found.sha256},
                {"verified", compared || m_record.verifiedMs(found) != 0}};
}

Result<void> PullFiles::checkRoom(const std::vector<PullRecord::Part> &parts,
                                  const std::vector<PullRecord> &others) const
{
    if (parts.empty())
        return {};
    m_context.progress({"preflight", 0, m_total, Unit::Bytes});
    std::vector<download::PlannedFile> planned = this->planned(parts);
    SNUG_CHECK(download::checkSpace(planned));
    for (const PullRecord &other : others) {
        for (download::PlannedFile &entry : this->planned(other.parts())) {
            if (std::none_of(planned.begin(), planned.end(),
                             [&entry](const auto &file) { return file.part == entry.part; }))
                planned.push_back(std::move(entry));
        }
    }
    auto together = download::checkSpace(planned);
    if (!together && together.error().kind == ErrorKind::NoSpace)
        together.error().message = "The disk has room for this download, but not together with the others "
                                   "that are not finished yet.";
    return together;
}

download::FileRequest PullFiles::requestFor(const File &file) const
{
    download::FileRequest request;
    request.identity = {m_hub.environment.endpoint.text() + "/" + m_plan.id.text(), m_plan.commit,
                        file.remote.path};
    request.bytes = file.remote.bytes.value_or(download::kUnknown);
    request.hash = file.hash;
    request.part = m_folder / fromUtf8(file.part);
    request.target = wholeOf(request.part);
    request.ownsTarget = true;
    request.resolve = resolverFor(file);
    return request;
}

Result<void> PullFiles::fetchAndPlace(const File &file, const FileLock &lock)
{
    download::FileRequest request = requestFor(file);
    request.lock = &lock;
    const auto observer = [this](const download::Status &status) { show(status); };
    SNUG_TRY(const download::Done done, download::fetchFile(request, m_options, observer, m_context.stop));
    m_transferred += done.fetchedBytes;
    std::string etag = done.hash;
    if (etag.empty()) {
        SNUG_TRY(etag,
                 download::hashFile(request.target, HashKind::Sha256, m_context.progress, m_context.stop));
    }
    return place(file, etag, done.bytes, request.target);
}

download::Resolver PullFiles::resolverFor(const File &file) const
{
    return [this, path = file.remote.path](const std::stop_token &stop) -> Result<download::Source> {
        SNUG_TRY(hub::Location location, m_hub.client.resolve(m_plan.id, m_plan.commit, path, stop));
        return sourceAt(m_hub, std::move(location));
    };
}

Result<void> PullFiles::place(const File &file, const std::string &etag, std::int64_t bytes,
                              const std::filesystem::path &content) const
{
    library::Placement placement;
    placement.root = m_hub.environment.cache;
    placement.repository = m_plan.id.text();
    placement.commit = m_plan.commit;
    placement.path = file.remote.path;
    placement.etag = etag;
    placement.bytes = bytes;
    placement.content = content;
    const auto installing = [this](const Progress &progress) {
        m_context.progress({"installing", progress.done, progress.total, progress.unit});
    };
    SNUG_TRY(const library::Placed placed, library::placeFile(placement, installing, m_context.stop));
    static_cast<void>(placed);
    return {};
}

void PullFiles::show(const download::Status &status)
{
    const bool news = status.state == download::State::Waiting && status.waitingFor != m_toldWait;
    m_toldWait = status.waitingFor;
    if (news && status.trouble)
        m_context.log("warning", status.trouble->message);
    const bool verifying = status.state == download::State::Verifying;
    const std::int64_t done = verifying ? status.bytesVerified : status.bytesOnDisk;
    const std::int64_t total = verifying ? status.bytesTotal : m_total;
    m_context.progress({stageOf(status), verifying ? done : m_finished + done, total, Unit::Bytes});
}

} // namespace snug::cli
