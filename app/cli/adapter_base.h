// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "core/convert/adapter/adapter_config.h"

#include <string>

namespace snug::cli {

// config.json of the model that an adapter belongs to. `said`: a folder or ORG/NAME[@REV] that the user
// named; empty: the one that the adapter names, which is looked for in the Hugging Face cache and then at the
// Hub, never in a folder that a stranger's file names. Fails with NotFound (reason no_base), those of
// parseConfig and of hub::Client.
[[nodiscard]] Result<nlohmann::json> baseConfig(const convert::AdapterConfig &adapter,
                                                const std::string &said, const VerbContext &context);

} // namespace snug::cli
