// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/clock.h"

#include <chrono>
#include <cstdint>
#include <mutex>

namespace snug::download {

// One limit on bytes a second over everything that draws from it, which may go into debt: what has arrived
// has arrived, and then everybody waits. Any thread.
class TokenBucket {
public:
    // 0: no limit.
    explicit TokenBucket(std::int64_t bytesPerSecond = 0) : m_rate(bytesPerSecond) {}

    // Holds from now on; what was owed at the old rate is forgiven.
    void setRate(std::int64_t bytesPerSecond);
    [[nodiscard]] std::int64_t rate() const;

    void take(std::int64_t bytes, Clock::Time now);
    // How long until something may be taken again; 0: at once.
    [[nodiscard]] std::chrono::milliseconds debt(Clock::Time now);

private:
    void refill(Clock::Time now);

    mutable std::mutex m_mutex;
    std::int64_t m_rate;
    double m_bytes = 0; // below 0: owed
    Clock::Time m_filled{};
};

} // namespace snug::download
