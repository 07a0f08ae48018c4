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

std::optional<gguf::Header> keptHeader(const hub::RemoteFile &file, const VerbContext &context)
{
    return file.sha256 && file.bytes ? readKeptHeader(headerCache(context), *file.sha256, *file.bytes)
                                     : std::nullopt;
}

// As often as it may help.
template <class Try> auto patiently(const VerbContext &context, const Try &look) -> decltype(look())
{
    Patience patience(context);
    for (;;) {
        auto found = look();
        if (found)
            return found;
        SNUG_CHECK(patience.waitAfter(found.error()));
    }
}

Result<gguf::Header> headerOf(const HubAccess &hub, const hub::RepoId &id, const std::string &commit,
                              const hub::RemoteFile &file, const VerbContext &context)
{
    if (auto kept = keptHeader(file, context))
        return *std::move(kept);
    return patiently(context, [&] { return fetchHeader(hub, id, commit, file, context); });
}

Result<std::optional<FirstLook>> fetchFirstLook(const HubAccess &hub, const hub::RepoId &id,
                                                const std::string &commit, const hub::RemoteFile &file,
                                                const VerbContext &context)
{
    SNUG_TRY(download::Source source, locate(hub, id, commit, file, context));
    auto reader = std::make_unique<download::PrefixReader>(std::move(source));
    SNUG_TRY(auto keys, readRemoteFirstKeys(*reader, context.progress, context.stop));
    std::optional<FirstLook> look;
    if (keys)
        look.emplace(FirstLook{std::move(reader), *std::move(keys)});
    return look;
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

std::optional<std::vector<gguf::Header>> keptHeaders(const std::vector<hub::RemoteFile> &files,
                                                     const VerbContext &context)
{
    std::vector<gguf::Header> parts;
    for (const hub::RemoteFile &file : files) {
        auto kept = keptHeader(file, context);
        if (!kept)
            return std::nullopt;
        parts.push_back(*std::move(kept));
    }
    return parts;
}

Result<std::optional<FirstLook>> firstLookAtHub(const HubAccess &hub, const hub::RepoId &id,
                                                const std::string &commit, const hub::RemoteFile &file,
                                                const VerbContext &context)
{
    return patiently(context, [&] { return fetchFirstLook(hub, id, commit, file, context); });
}

Result<gguf::Header> secondLookAtHub(FirstLook &look, const hub::RemoteFile &file, const VerbContext &context)
{
    SNUG_TRY(gguf::Header header, readRemoteHeader(*look.reader, context.progress, context.stop));
    if (file.sha256)
        keepHeader(headerCache(context), *file.sha256, *look.reader, header);
    return header;
}

Result<convert::Checkpoint> checkpointAtHub(const HubAccess &hub, const hub::RepoId &id,
                                            const std::string &commit, const hub::Level &level,
                                            const VerbContext &context)
{
    const HeaderCache cache = headerCache(context);
    convert::RemoteCheckpoint checkpoint(level, &cache);
    const auto find = [&](const hub::RemoteFile &file) { return locate(hub, id, commit, file, context); };
    SNUG_CHECK(patiently(context, [&] { return checkpoint.read(find, context.progress, context.stop); }));
    return checkpoint.checkpoint();
}

} // namespace snug::cli
