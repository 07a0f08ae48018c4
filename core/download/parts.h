// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/gate.h"
#include "core/download/poller.h"
#include "core/download/source_keeper.h"
#include "core/download/status_reporter.h"
#include "core/download/transfer.h"

namespace snug::download {

// What all steps of one transfer share; outlives them.
struct Parts {
    const FileRequest &request;
    const Options &options;
    Poller &poller;
    SourceKeeper &sources;
    Gate &gate;
    StatusReporter &reporter;
};

// Waits until requests may go out and there is an address newer than the one of that generation (0: any).
// Errors: Cancelled, and those of Gate.
[[nodiscard]] Result<void> awaitSource(const Parts &parts, int refusedGeneration);

} // namespace snug::download
