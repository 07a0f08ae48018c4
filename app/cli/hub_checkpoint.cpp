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

private:
    std::shared_ptr<HubCheckpoint> m_source;
    std::string m_folder; // in the repository, with '/'
    std::vector<convert::Shard> m_shards;
    mutable std::mutex m_mutex;
    std::vector<std::optional<gguf::MappedFile>> m_files;
};

} // namespace

std::shared_ptr<HubCheckpoint> HubCheckpoint::start(HubAccess hub, PullPlan plan,
                                                    const hub::RepoReference &reference,
                                                    const VerbContext &context)
{
    const std::shared_ptr<HubCheckpoint> made(new HubCheckpoint(std::move(hub), std::move(plan), context));
    made->m_thread = std::jthread(
        [self = made.get(), reference](const std::stop_token &stop) { self->fetch(reference, stop); });
    return made;
}

HubCheckpoint::HubCheckpoint(HubAccess hub, PullPlan plan, const VerbContext &context)
    : m_hub(std::move(hub)), m_plan(std::move(plan)), m_context(context)
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
    m_thread.join();
}

void HubCheckpoint::fetch(const hub::RepoReference &reference, const std::stop_token &stop)
{
    std::stop_source either;
    const auto end = [&either] { either.request_stop(); };
    const std::stop_callback onOwn(stop, end);
    const std::stop_callback onVerbs(m_context.stop, end);
    VerbContext context = m_context;
    context.stop = either.get_token();
    PullFiles files(m_hub, m_plan, context, {});
    files.observe({[&](const hub::RemoteFile &file) { return mayBegin(file, context.stop); },
                   [this](const hub::RemoteFile &file, const fs::path &place) { isPlaced(file, place); }});
    const PullRecord record(unfinishedFolder(m_hub.environment, context), reference);
    const auto before = record.parts();
    const auto done = files.run(record, {});
    if (done)
        return;
    const std::lock_guard lock(m_mutex);
    // Nobody asked for the weights: no download of them is waiting to go on, unless one was already.
    if (auto kept = m_weightsWanted ? Result<void>() : record.write(before); !kept)
        m_context.log("warning", kept.error().message);
    m_trouble = done.error();
    m_changed.notify_all();
}

Result<void> HubCheckpoint::mayBegin(const hub::RemoteFile &file, const std::stop_token &stop)
{
    if (!isWeights(file))
        return {};
    std::unique_lock lock(m_mutex);
    return m_changed.wait(lock, stop, [this] { return m_weightsWanted; }) ? Result<void>() : stopped();
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
    const auto isKnown = [&] { return m_trouble || m_placed.contains(path); };
    if (!m_changed.wait(lock, stop, isKnown))
        return stopped();
    const auto found = m_placed.find(path);
    if (found == m_placed.end())
        return tl::make_unexpected(*m_trouble);
    return found->second;
}

Result<convert::Checkpoint> HubCheckpoint::read()
{
    for (const hub::RemoteFile &file : m_plan.files) {
        if (!isWeights(file))
            SNUG_CHECK(await(file.path, m_context.stop));
    }
    const std::vector<hub::Level> levels = hub::checkpointsOf(m_plan.files);
    if (levels.empty())
        return convert::missingShard("model.safetensors");
    return checkpointAtHub(m_hub, m_plan.id, m_plan.commit, levels.front(), m_context);
}

fs::path HubCheckpoint::folder()
{
    const std::lock_guard lock(m_mutex);
    return m_placed.begin()->second.parent_path();
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

Result<std::unique_ptr<convert::Shards>> HubCheckpoint::weights(const convert::Checkpoint &checkpoint)
{
    const std::string &any = m_plan.files.front().path;
    const std::string folder = any.substr(0, any.rfind('/') + 1);
    {
        const std::lock_guard lock(m_mutex);
        m_weightsWanted = true;
        m_changed.notify_all();
    }
    return std::make_unique<ArrivingShards>(shared_from_this(), folder, checkpoint.shards);
}

} // namespace snug::cli
