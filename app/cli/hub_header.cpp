// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/hub_header.h"

#include "app/cli/patience.h"
#include "core/model/remote_header.h"

#include <utility>

namespace snug::cli {
namespace {

Result<gguf::Header> readAt(const HubAccess &hub, hub::Location location, const VerbContext &context)
{
    download::Source source = sourceAt(hub, std::move(location));
    if (source.bytes == download::kUnknown)
        return fail(ErrorKind::Protocol, "The Hub does not tell how long the file is.");
    download::PrefixReader reader(std::move(source));
    return readRemoteHeader(reader, context.progress, context.stop);
}

Result<gguf::Header> headerOf(const HubAccess &hub, const hub::RepoId &id, const std::string &commit,
                              const hub::RemoteFile &file, const VerbContext &context)
{
    Patience patience(context);
    for (;;) {
        auto location = hub.client.resolve(id, commit, file.path, context.stop);
        auto header = location ? readAt(hub, *std::move(location), context)
                               : Result<gguf::Header>(tl::make_unexpected(std::move(location).error()));
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

} // namespace snug::cli
