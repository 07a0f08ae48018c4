// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/progress.h"
#include "core/convert/checkpoint.h"
#include "core/download/transfer.h"
#include "core/hub/levels.h"
#include "core/model/header_cache.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

namespace snug::convert {

// What the first look at a file costs: the header of nearly every model that is one file; of one with parts,
// each has its share.
inline constexpr std::int64_t kFirstLookAtOnly = std::int64_t{256} << 10;
inline constexpr std::int64_t kFirstLookAtPart = std::int64_t{32} << 10;

// Where the bytes of a file of the repository are. REQUIRES of what it answers: the length is known.
using Locate = std::function<Result<download::Source>(const hub::RemoteFile &file)>;

// A checkpoint at the Hub without its weights: config.json whole, and the header of each part by ranges, one
// after another. What was read stays, so that read() after a failure goes on where it was. Blocks; one thread
// at a time.
class RemoteCheckpoint {
public:
    // `checkpoint`: one of hub::checkpointsOf. `cache` may be nullptr, and must live as long as this.
    explicit RemoteCheckpoint(hub::Level checkpoint, const HeaderCache *cache = nullptr);

    // Progress: "fetching", in files. Returns within 100 ms of a stop. Errors: Cancelled; those of `locate`
    // and of PrefixReader::fetch; NotFound (reason no_config, missing_shard), TooLarge (reason large_config)
    // and those of readCheckpoint about what was read.
    [[nodiscard]] Result<void> read(const Locate &locate, const ProgressFn &progress,
                                    const std::stop_token &stop);

    // REQUIRES: read() succeeded.
    [[nodiscard]] const Checkpoint &checkpoint() const { return m_checkpoint; }

    // Of bodies, from the server, in all calls of read().
    [[nodiscard]] std::int64_t fetchedBytes() const { return m_fetched; }

private:
    [[nodiscard]] Result<void> readConfig(const Locate &locate, const std::stop_token &stop);
    [[nodiscard]] Result<safetensors::Header> readShard(const hub::RemoteFile &file, const Locate &locate,
                                                        const std::stop_token &stop);
    [[nodiscard]] std::optional<safetensors::Header> keptHeader(const hub::RemoteFile &file) const;

    hub::Level m_level;
    const HeaderCache *m_cache;
    std::vector<hub::RemoteFile> m_shards;
    Checkpoint m_checkpoint;
    bool m_hasConfig = false;
    std::int64_t m_fetched = 0;
};

} // namespace snug::convert
