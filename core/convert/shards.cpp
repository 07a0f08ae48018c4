// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/shards.h"

#include "core/base/paths.h"
#include "core/gguf/text.h"

#include <fmt/format.h>

namespace snug::convert {

Result<std::span<const std::byte>> Shards::bytesOf(const CheckpointTensor &tensor) const
{
    const auto file = bytes(tensor.shard);
    const auto length = static_cast<std::int64_t>(file.size());
    if (tensor.offset < 0 || tensor.bytes < 0 || tensor.bytes > length ||
        tensor.offset > length - tensor.bytes)
        return fail(ErrorKind::Truncated,
                    fmt::format("The file that holds {} ends before it does.", gguf::escaped(tensor.name)),
                    {{"reason", std::string("changed_shard")}, {"name", gguf::escaped(tensor.name)}},
                    "Let the download finish, then start again.");
    return file.subspan(static_cast<std::size_t>(tensor.offset), static_cast<std::size_t>(tensor.bytes));
}

tl::unexpected<Error> changedShard(std::string_view file)
{
    return fail(ErrorKind::Truncated, fmt::format("{} changed while it was read.", gguf::escaped(file)),
                {{"reason", std::string("changed_shard")}, {"file", gguf::escaped(file)}},
                "Let the download finish, then start again.");
}

Result<std::unique_ptr<FolderShards>> FolderShards::open(const std::filesystem::path &folder,
                                                         const Checkpoint &checkpoint)
{
    std::unique_ptr<FolderShards> shards(new FolderShards);
    for (const Shard &shard : checkpoint.shards) {
        SNUG_TRY(gguf::MappedFile file, gguf::MappedFile::open(folder / fromUtf8(shard.file)));
        if (static_cast<std::int64_t>(file.bytes().size()) != shard.bytes)
            return changedShard(shard.file);
        shards->m_files.push_back(std::move(file));
    }
    return shards;
}

Result<void> FolderShards::await(std::size_t /*shard*/, std::stop_token /*stop*/)
{
    return {};
}

std::span<const std::byte> FolderShards::bytes(std::size_t shard) const
{
    return m_files[shard].bytes();
}

void FolderShards::release(std::size_t shard, std::span<const std::byte> part) const
{
    m_files[shard].release(part);
}

} // namespace snug::convert
