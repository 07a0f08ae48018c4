// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/remote_checkpoint.h"

#include "core/base/error_detail.h"
#include "core/convert/config.h"
#include "core/download/prefix_reader.h"
#include "core/gguf/failure.h"
#include "core/safetensors/reader.h"

#include <algorithm>
#include <iterator>

namespace snug::convert {
namespace {

std::string_view fileName(const hub::RemoteFile &file)
{
    return std::string_view(file.path).substr(file.path.rfind('/') + 1);
}

const hub::RemoteFile *find(const hub::Level &level, std::string_view name)
{
    const auto found = std::find_if(level.files.begin(), level.files.end(),
                                    [name](const hub::RemoteFile &file) { return fileName(file) == name; });
    return found != level.files.end() ? &*found : nullptr;
}

std::optional<std::int64_t> bytesOf(const hub::Level &level, std::string_view name)
{
    const hub::RemoteFile *file = find(level, name);
    return file != nullptr ? file->bytes : std::nullopt;
}

} // namespace

RemoteCheckpoint::RemoteCheckpoint(hub::Level checkpoint, const HeaderCache *cache)
    : m_level(std::move(checkpoint)), m_cache(cache)
{
    std::copy_if(m_level.files.begin(), m_level.files.end(), std::back_inserter(m_shards),
                 [](const hub::RemoteFile &file) { return file.path.ends_with(".safetensors"); });
    m_checkpoint.config = nlohmann::json::object();
    m_checkpoint.tokenizer = {bytesOf(m_level, "tokenizer.json"), bytesOf(m_level, "tokenizer.model")};
}

Result<void> RemoteCheckpoint::read(const Locate &locate, const ProgressFn &progress,
                                    const std::stop_token &stop)
{
    if (!m_level.complete || m_shards.empty())
        return missingShard(m_level.name + ".safetensors");
    const auto total = static_cast<std::int64_t>(m_shards.size()) + 1;
    const auto tell = [&](std::int64_t done) {
        if (progress)
            progress({"fetching", done, total, Unit::Items});
    };
    tell(m_hasConfig ? 1 : 0);
    SNUG_CHECK(readConfig(locate, stop));
    while (m_checkpoint.shards.size() < m_shards.size()) {
        tell(1 + static_cast<std::int64_t>(m_checkpoint.shards.size()));
        const hub::RemoteFile &file = m_shards[m_checkpoint.shards.size()];
        SNUG_TRY(safetensors::Header header, readShard(file, locate, stop));
        SNUG_CHECK(addShard(m_checkpoint, std::string(fileName(file)), std::move(header)));
    }
    tell(total);
    return {};
}

Result<void> RemoteCheckpoint::readConfig(const Locate &locate, const std::stop_token &stop)
{
    if (m_hasConfig)
        return {};
    const hub::RemoteFile *file = find(m_level, "config.json");
    if (file == nullptr)
        return fail(ErrorKind::NotFound, "The repository has no config.json beside the weights.",
                    {{"reason", std::string("no_config")}}, "Choose a repository with the whole model.");
    SNUG_TRY(download::Source source, locate(*file));
    if (source.bytes > kMostConfigBytes)
        return gguf::beyondLimit("large_config", kMostConfigBytes,
                                 "The model's config.json is larger than Snug reads.");
    download::PrefixReader reader(std::move(source));
    SNUG_CHECK(reader.fetch(reader.size(), stop));
    m_fetched += reader.available();
    std::string text(static_cast<std::size_t>(reader.available()), '\0');
    SNUG_TRY(const std::size_t got, reader.readAt(0, std::as_writable_bytes(std::span(text))));
    text.resize(got);
    SNUG_TRY(m_checkpoint.config, parseConfig(text));
    m_hasConfig = true;
    return {};
}

std::optional<safetensors::Header> RemoteCheckpoint::keptHeader(const hub::RemoteFile &file) const
{
    if (m_cache == nullptr || !file.sha256 || !file.bytes)
        return std::nullopt;
    auto entry = m_cache->find(*file.sha256, *file.bytes);
    if (!entry)
        return std::nullopt;
    gguf::MemoryReader reader(std::move(entry->bytes), entry->fileBytes);
    auto header = safetensors::readHeader(reader);
    if (header)
        return *std::move(header);
    m_cache->drop(*file.sha256);
    return std::nullopt;
}

Result<safetensors::Header> RemoteCheckpoint::readShard(const hub::RemoteFile &file, const Locate &locate,
                                                        const std::stop_token &stop)
{
    if (auto kept = keptHeader(file))
        return *std::move(kept);
    SNUG_TRY(download::Source source, locate(file));
    download::PrefixReader reader(std::move(source));
    std::int64_t wanted = m_shards.size() == 1 ? kFirstLookAtOnly : kFirstLookAtPart;
    for (;;) {
        const std::int64_t before = reader.available();
        SNUG_CHECK(reader.fetch(wanted, stop));
        m_fetched += reader.available() - before;
        auto header = safetensors::readHeader(reader);
        const auto *more = header ? nullptr : detailOf<std::int64_t>(header.error(), "wanted_bytes");
        if (!header && hasReason(header.error(), "need_more_bytes") && more != nullptr && *more > wanted) {
            wanted = *more;
            continue;
        }
        if (header && m_cache != nullptr && file.sha256) {
            std::string bytes(static_cast<std::size_t>(header->dataOffset), '\0');
            if (reader.readAt(0, std::as_writable_bytes(std::span(bytes))))
                m_cache->keep(*file.sha256, reader.size(), bytes);
        }
        return header;
    }
}

} // namespace snug::convert
