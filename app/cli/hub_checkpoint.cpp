// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/hub_checkpoint.h"

#include "app/cli/hub_header.h"
#include "app/cli/pull_files.h"
#include "app/cli/pull_record.h"
#include "app/cli/unfinished.h"
#include "core/base/paths.h"
#include "core/gguf/mapped_file.h"
#include "core/hub/checkpoints.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

bool isWeights(const hub::RemoteFile &file)
{
    return file.path.ends_with(".safetensors");
}

tl::unexpected<Error> stopped()
{
    return fail(ErrorKind::Cancelled, "The conversion was stopped.");
}

// Files of weights that come one after another.
class ArrivingShards final : public convert::Shards {
public:
    ArrivingShards(std::shared_ptr<HubCheckpoint> source, std::string folder,
                   const std::vector<convert::Shard> &shards)
        : m_source(std::move(source)), m_folder(std::move(folder)), m_shards(shards), m_files(shards.size())
    {
    }

    [[nodiscard]] Result<void> await(std::size_t shard, std::stop_token stop) override
    {
        const std::lock_guard lock(m_mutex);
        if (m_files[shard])
            return {};
        SNUG_TRY(const fs::path path, m_source->await(m_folder + m_shards[shard].file, stop));
        SNUG_TRY(gguf::MappedFile file, gguf::MappedFile::open(path));
        if (static_cast<std::int64_t>(file.bytes().size()) != m_shards[shard].bytes)
            return convert::changedShard(m_shards[shard].file);
        m_files[shard] = std::move(file);
        return {};
    }

    [[nodiscard]] std::span<const std::byte> bytes(std::size_t shard) const override
    {
        const std::lock_guard lock(m_mutex);
        return m_files[shard]->bytes();
    }

    void release(std::size_t shard, std::span<const std::byte> part) const override
    {
        const std::lock_guard lock(m_mutex);
        m_files[shard]->release(part);
    }

private:
    std::shared_ptr<HubCheckpoint> m_source;
    std::string m_folder; // in the repository, with '/'
    std::vector<convert::Shard> m_shards;
    mutable std::mutex m_mutex;
    std::vector<std::optional<gguf::MappedFile>> m_files;
};

} // namespace

std::shared_ptr<HubCheckpoint> HubCheckpoint::make(HubAccess hub, PullPlan plan, hub::RepoReference reference,
                                                   const VerbContext &context)
{
    return std::shared_ptr<HubCheckpoint>(
        new HubCheckpoint(std::move(hub), std::move(plan), std::move(reference), context));
}

HubCheckpoint::HubCheckpoint(HubAccess hub, PullPlan plan, hub::RepoReference reference,
                             const VerbContext &context)
    : m_hub(std::move(hub)), m_plan(std::move(plan)), m_reference(std::move(reference)), m_context(context)
{
    std::stable_partition(m_plan.files.begin(), m_plan.files.end(), std::not_fn(isWeights));
}

HubCheckpoint::~HubCheckpoint()
{
    const bool isWhole = [this] {
        const std::lock_guard lock(m_mutex);
        return m_placed.size() == m_plan.files.size();
    }();
    if (!isWhole)
        m_thread.request_stop();
}

// Under a record of their own: who throws away a download of the weights does not mean these, and who only
// plans has not begun one.
Result<void> HubCheckpoint::fetchSmallFiles()
{
    PullPlan small = m_plan;
    std::erase_if(small.files, isWeights);
    small.revision.clear(); // the branch is noted when all is there
    hub::RepoReference reference = m_reference;
    reference.selector = "small files";
    PullFiles files(m_hub, small, m_context, {});
    files.observe([this](const hub::RemoteFile &file, const fs::path &place) {
        if (file.path == "config.json" || file.path.ends_with("/config.json"))
            m_folder = place.parent_path();
    });
    SNUG_TRY(const json done,
             files.run(PullRecord(unfinishedFolder(m_hub.environment, m_context), reference), {}));
    return m_folder.empty()
               ? fail(ErrorKind::NotFound, "The model has no config.json.",
                      {{"reason", std::string("no_config")}}, "Choose a repository with a whole checkpoint.")
               : Result<void>();
}

void HubCheckpoint::fetch(const std::stop_token &stop)
{
    std::stop_source either;
    const auto end = [&either] { either.request_stop(); };
    const std::stop_callback onOwn(stop, end);
    const std::stop_callback onVerbs(m_context.stop, end);
    VerbContext context = m_context;
    context.stop = either.get_token();
    // While something is converted, that is what is told.
    context.progress = [this](const Progress &progress) {
        if (isAwaited())
            m_context.progress(progress);
    };
    PullFiles files(m_hub, m_plan, context, {});
    files.observe([this](const hub::RemoteFile &file, const fs::path &place) { isPlaced(file, place); });
    const auto done = files.run(PullRecord(unfinishedFolder(m_hub.environment, context), m_reference), {});
    if (done)
        return;
    const std::lock_guard lock(m_mutex);
    m_trouble = done.error();
    m_changed.notify_all();
}

bool HubCheckpoint::isAwaited()
{
    const std::lock_guard lock(m_mutex);
    return m_waiting > 0;
}

void HubCheckpoint::isPlaced(const hub::RemoteFile &file, const fs::path &place)
{
    const std::lock_guard lock(m_mutex);
    m_placed[file.path] = place;
    m_changed.notify_all();
}

Result<fs::path> HubCheckpoint::await(const std::string &path, const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    ++m_waiting;
    const bool isOver = m_changed.wait(lock, stop, [&] { return m_trouble || m_placed.contains(path); });
    --m_waiting;
    if (!isOver)
        return stopped();
    const auto found = m_placed.find(path);
    if (found == m_placed.end())
        return tl::make_unexpected(*m_trouble);
    return found->second;
}

Result<convert::Checkpoint> HubCheckpoint::read()
{
    SNUG_CHECK(fetchSmallFiles());
    const std::vector<hub::Level> levels = hub::checkpointsOf(m_plan.files);
    if (levels.empty())
        return convert::missingShard("model.safetensors");
    return checkpointAtHub(m_hub, m_plan.id, m_plan.commit, levels.front(), m_context);
}

json HubCheckpoint::origin() const
{
    json files = json::array();
    for (const hub::RemoteFile &file : m_plan.files)
        files.push_back({{"path", file.path},
                         {"bytes", file.bytes ? json(*file.bytes) : json()},
                         {"sha256", file.sha256 ? json(*file.sha256) : json()}});
    return {{"format", "safetensors"},
            {"repository", m_plan.id.text()},
            {"commit", m_plan.commit},
            {"files", std::move(files)}};
}

std::string HubCheckpoint::weightsFolder() const
{
    const std::string &any = m_plan.files.back().path;
    return any.substr(0, any.rfind('/') + 1);
}

void HubCheckpoint::leaveOut(const convert::Checkpoint &checkpoint, const std::vector<bool> &needed)
{
    const std::string folder = weightsFolder();
    const auto isNeedless = [&](const hub::RemoteFile &file) {
        for (std::size_t i = 0; i < needed.size(); ++i) {
            if (folder + checkpoint.shards[i].file == file.path)
                return !needed[i];
        }
        return false;
    };
    if (std::erase_if(m_plan.files, isNeedless) > 0)
        m_plan.revision.clear(); // the branch is noted when all is there
}

Result<std::vector<download::PlannedFile>> HubCheckpoint::filesToCome() const
{
    return PullFiles(m_hub, m_plan, m_context, {}).filesToCome();
}

Result<std::unique_ptr<convert::Shards>> HubCheckpoint::weights(const convert::Checkpoint &checkpoint)
{
    if (!m_thread.joinable())
        m_thread = std::jthread([this](const std::stop_token &stop) { fetch(stop); });
    return std::make_unique<ArrivingShards>(shared_from_this(), weightsFolder(), checkpoint.shards);
}

} // namespace snug::cli
