// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/checkpoint.h"
#include "core/gguf/mapped_file.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace snug::convert {

// The files with a checkpoint's weights, by their place in Checkpoint::shards. Some may still be on their
// way.
class Shards {
public:
    Shards() = default;
    Shards(const Shards &) = delete;
    Shards &operator=(const Shards &) = delete;
    virtual ~Shards() = default;

    // Returns once all of it is here. Blocks; any number of threads. Fails with Cancelled, and as fetching it
    // does.
    [[nodiscard]] virtual Result<void> await(std::size_t shard, std::stop_token stop) = 0;
    // The whole file. REQUIRES: await() returned for it. Lives as long as this.
    [[nodiscard]] virtual std::span<const std::byte> bytes(std::size_t shard) const = 0;

    // Part of bytes() that was read; see MappedFile::release.
    virtual void release(std::size_t /*shard*/, std::span<const std::byte> /*part*/) const {}

    // Those of one tensor. Fails with Truncated (reason changed_shard, detail name).
    [[nodiscard]] Result<std::span<const std::byte>> bytesOf(const CheckpointTensor &tensor) const;
};

// The error for a shard that is not as long as when its header was read: Truncated (reason changed_shard,
// detail file).
[[nodiscard]] tl::unexpected<Error> changedShard(std::string_view file);

// Shards that lie in a folder.
class FolderShards final : public Shards {
public:
    // Maps all of them. Fails as gguf::MappedFile::open and with changedShard.
    [[nodiscard]] static Result<std::unique_ptr<FolderShards>> open(const std::filesystem::path &folder,
                                                                    const Checkpoint &checkpoint);

    [[nodiscard]] Result<void> await(std::size_t shard, std::stop_token stop) override;
    [[nodiscard]] std::span<const std::byte> bytes(std::size_t shard) const override;
    void release(std::size_t shard, std::span<const std::byte> part) const override;

private:
    FolderShards() = default;

    std::vector<gguf::MappedFile> m_files;
};

} // namespace snug::convert
