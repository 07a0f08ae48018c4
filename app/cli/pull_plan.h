// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/hub_access.h"
#include "app/cli/verb.h"
#include "core/hub/listing.h"
#include "core/hub/names.h"

#include <string>
#include <vector>

namespace snug::cli {

// What a reference means at this moment: the files of one level of a repository at one commit.
struct PullPlan {
    hub::RepoId id;
    std::string commit;
    std::string revision; // the branch or tag that stands at the commit; empty: none is known, or to be kept
    std::string label;    // of the level
    std::vector<hub::RemoteFile> files;
    bool fromCache = false; // the Hub was not asked; all files are here already
};

// Asks the Hub, and waits as Patience does. Set to work offline, or while the Hub is away, a level that the
// cache holds whole is taken from there, if the Hub could mean no other; that is logged. Errors: those of
// hub::Client and chooseLevel; Cancelled.
[[nodiscard]] Result<PullPlan> planPull(const HubAccess &hub, const hub::RepoReference &reference,
                                        const VerbContext &context);

} // namespace snug::cli
