// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/hub_access.h"
#include "app/cli/verb.h"
#include "core/convert/checkpoint.h"
#include "core/download/prefix_reader.h"
#include "core/gguf/header.h"
#include "core/gguf/reader.h"
#include "core/hub/levels.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

// What is at the head of files at the Hub, by ranges; kept in the cache folder by the files' hashes, so that
// a second look costs no request. Waits as Patience does.
namespace snug::cli {

// Of GGUF files. Errors: those of hub::Client::resolve and readRemoteHeader; Protocol if the Hub does not
// tell a file's length.
[[nodiscard]] Result<std::vector<gguf::Header>> headersAtHub(const HubAccess &hub, const hub::RepoId &id,
                                                             const std::string &commit,
                                                             const std::vector<hub::RemoteFile> &files,
                                                             const VerbContext &context);

// The same without asking the Hub; nullopt unless all of them were kept.
[[nodiscard]] std::optional<std::vector<gguf::Header>> keptHeaders(const std::vector<hub::RemoteFile> &files,
                                                                   const VerbContext &context);

// A GGUF file of which only the beginning was fetched.
struct FirstLook {
    std::unique_ptr<download::PrefixReader> reader;
    gguf::FirstKeys keys;
};

// nullopt where the first keys do not tell the model's shape; see readRemoteFirstKeys. Errors as above.
[[nodiscard]] Result<std::optional<FirstLook>> firstLookAtHub(const HubAccess &hub, const hub::RepoId &id,
                                                              const std::string &commit,
                                                              const hub::RemoteFile &file,
                                                              const VerbContext &context);

// The whole header of that file, from where the first look ended. Errors: those of readRemoteHeader; the
// address may have become too old.
[[nodiscard]] Result<gguf::Header> secondLookAtHub(FirstLook &look, const hub::RemoteFile &file,
                                                   const VerbContext &context);

// `level`: one of hub::checkpointsOf. Errors: those of hub::Client::resolve and RemoteCheckpoint::read.
[[nodiscard]] Result<convert::Checkpoint> checkpointAtHub(const HubAccess &hub, const hub::RepoId &id,
                                                          const std::string &commit, const hub::Level &level,
                                                          const VerbContext &context);

} // namespace snug::cli
