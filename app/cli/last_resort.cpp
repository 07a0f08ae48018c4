// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/last_resort.h"

#include "app/cli/run_verb.h"
#include "core/base/events.h"
#include "core/base/stop_wait.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace snug::cli {

LastResort::LastResort(const VerbContext &context, std::chrono::milliseconds patience, Error error)
    : m_thread([&context, patience, error = std::move(error)](const std::stop_token &done) {
        waitForEither(context.stop, done);
        if (waitForStop(done, patience))
            return;
        context.event(events::error(error));
        std::fflush(stdout);
        std::_Exit(kExitCancelled);
    })
{
}

} // namespace snug::cli
