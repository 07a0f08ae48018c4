// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/hub_header.h"

#include "app/cli/patience.h"
#include "core/convert/remote_checkpoint.h"
#include "core/model/header_cache.h"
#include "core/model/remote_header.h"

#include <utility>

namespace snug::cli {
namespace {

HeaderCache headerCache(const VerbContext &context)
{
    return HeaderCache(context.paths.cache / "headers");
}

Result<download::Source> locate(const HubAccess &hub, const hub::RepoId &id, const std::string &commit,
                                const hub::RemoteFile &file, const VerbContext &context)
{
    SNUG_TRY(hub::Location location, hub.client.resolve(id, commit, file.path, context.stop));
    download::Source source = sourceAt(hub, std::move(location));
    if (source.bytes == download::kUnknown)
        return fail(ErrorKind::Protocol, "The Hub does not tell how long the file is.");
    return source;
}

Result<gguf::Header> fetchHeader(const HubAccess &hub, const hub::RepoId &id, const std::string &commit,
                                 const hub::RemoteFile &file, const VerbContext &context)
{
    SNUG_TRY(download::Source source, locate(hub, id, commit, file, context));
    download::PrefixReader reader(std::move(source));
    SNUG_TRY(gguf::Header header, readRemoteHeader(reader, context.progress, context.stop));
    if (file.sha256)
        keepHeader(headerCache(context), *file.sha256, reader, header);
    return header;
}

Result<gguf::Header> headerOf(const HubAccess &hub, const hub::RepoId &id, const std::string &commit,
                              const hub::RemoteFile &file, const VerbContext &context)
{
    if (file.sha256 && file.bytes) {
        if (auto kept = readKeptHeader(headerCache(context), *file.sha256, *file.bytes))
            return *std::move(kept);
    }
    Patience patience(context);
    for (;;) {
        auto header = fetchHeader(hub, id, commit, file, context);
        if (header)
            return header;
        SNUG_CHECK(patience.waitAfter(header.error()));
    }
}

} // namespace

Result<std::vector<gguf::Header>> headersAtHub(const HubAccess &hub, const hub::RepoId &id,
                                               const std::string &commit,
                                               const std::vector<hub::RemoteFile> &files,
                                               const VerbContext &context)
{
    std::vector<gguf::Header> parts;
    for (const hub::RemoteFile &file : files) {
        SNUG_TRY(gguf::Header header, headerOf(hub, id, commit, file, context));
        parts.push_back(std::move(header));
    }
    return parts;
}

Result<convert::Checkpoint> checkpointAtHub(const HubAccess &hub, const hub::RepoId &id,
                                            const std::string &commit, const hub::Level &level,
                                            const VerbContext &context)
{
    const HeaderCache cache = headerCache(context);
    convert::RemoteCheckpoint checkpoint(level, &cache);
    Patience patience(context);
    const auto find = [&](const hub::RemoteFile &file) { return locate(hub, id, commit, file, context); };
    for (;;) {
        const auto read = checkpoint.read(find, context.progress, context.stop);
        if (read)
            return checkpoint.checkpoint();
        SNUG_CHECK(patience.waitAfter(read.error()));
    }
}

} // namespace snug::cli
