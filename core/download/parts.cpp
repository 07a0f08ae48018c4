// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/parts.h"

#include <algorithm>

namespace snug::download {

Result<void> awaitSource(const Parts &parts, int refusedGeneration)
{
    constexpr std::chrono::milliseconds kTick(1000);
    SourceKeeper &sources = parts.sources;
    while (!parts.poller.stopped()) {
        if (const auto outcome = sources.collect(); outcome && !*outcome)
            SNUG_CHECK(parts.gate.onResolverError(outcome->error()));
        auto wait = kTick;
        if (parts.gate.closed()) {
            wait = std::min(wait, parts.gate.left());
            parts.reporter.waitFor(parts.gate.reason(), parts.gate.left(), parts.gate.trouble());
        } else if (sources.generation() > refusedGeneration) {
            return {};
        } else {
            parts.reporter.enter(State::Resolving);
            if (!sources.resolving()) {
                if (refusedGeneration > 0)
                    SNUG_CHECK(parts.gate.onRenewal(sources.source().url, refusedGeneration));
                sources.resolve();
            }
        }
        parts.poller.wait(wait);
    }
    return fail(ErrorKind::Cancelled, "The download was stopped.");
}

} // namespace snug::download
