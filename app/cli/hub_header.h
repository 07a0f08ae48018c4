// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/hub_access.h"
#include "app/cli/verb.h"
#include "core/gguf/header.h"

#include <string>
#include <vector>

namespace snug::cli {

// The headers of GGUF files at the Hub, by ranges; waits as Patience does. Errors: those of
// hub::Client::resolve and readRemoteHeader; Protocol if the Hub does not tell a file's length.
[[nodiscard]] Result<std::vector<gguf::Header>> headersAtHub(const HubAccess &hub, const hub::RepoId &id,
                                                             const std::string &commit,
                                                             const std::vector<hub::RemoteFile> &files,
                                                             const VerbContext &context);

} // namespace snug::cli
