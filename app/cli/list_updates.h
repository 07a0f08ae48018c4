// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

namespace snug::cli {

// Asks the Hub for the commit at which the branch of each cached model stands, once for each branch of a
// repository. Every model of `result` gets "update": null, or commit and last_modified where the Hub has
// another; `result` gets "updates_problem": null, or kind, message and hint of the first question that
// failed. Without a network, or where the Hub wants a pause, nothing more is asked. Fails with Cancelled.
[[nodiscard]] Result<void> addUpdates(nlohmann::json &result, const VerbContext &context);

} // namespace snug::cli
