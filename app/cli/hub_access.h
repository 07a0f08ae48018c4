// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/transfer.h"
#include "core/hub/client.h"
#include "core/hub/environment.h"

#include <nlohmann/json.hpp>

namespace snug::cli {

// The Hub as the environment of this process names it, with the token that is meant for it.
struct HubAccess {
    hub::Environment environment;
    hub::Client client;
};

// Fails with InvalidArgument (endpoint or token), Io (a token file that cannot be read).
[[nodiscard]] Result<HubAccess> openHub();

// Where the bytes of a file are, for downloads: with what a request to it has to carry.
[[nodiscard]] download::Source sourceAt(const HubAccess &hub, hub::Location location);

// What `search` and `files` tell of a model: id, gated ("no", "auto", "manual"), private, downloads, likes,
// license, pipeline, tags, last_modified, parameters, architecture, context_length; null for what is unknown.
[[nodiscard]] nlohmann::json modelJson(const hub::ModelRow &model);

} // namespace snug::cli
