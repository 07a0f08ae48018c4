// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/rate_meter.h"
#include "core/download/clock.h"
#include "core/download/transfer.h"

namespace snug::download {

// Keeps what an observer is told, and tells it: every change of state at once, figures ten times a second.
// One thread.
class StatusReporter {
public:
    StatusReporter(const Observer &observer, Clock &clock);

    void enter(State state);
    void waitFor(WaitReason reason, std::chrono::milliseconds atMost, const Error &trouble);
    void setTotal(std::int64_t bytes) { m_status.bytesTotal = bytes; }
    void setAttempt(int attempt);
    void update(std::int64_t bytesOnDisk, std::int64_t bytesVerified, int connections);

private:
    void tell();

    const Observer &m_observer;
    Clock &m_clock;
    RateMeter m_meter;
    Status m_status;
    std::optional<Clock::Time> m_told;
};

} // namespace snug::download
