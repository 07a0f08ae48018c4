// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/token_bucket.h"

#include <algorithm>
#include <cmath>

namespace snug::download {

void TokenBucket::setRate(std::int64_t bytesPerSecond)
{
    const std::lock_guard lock(m_mutex);
    m_rate = std::max<std::int64_t>(bytesPerSecond, 0);
    m_bytes = std::max(m_bytes, 0.0);
}

std::int64_t TokenBucket::rate() const
{
    const std::lock_guard lock(m_mutex);
    return m_rate;
}

void TokenBucket::refill(Clock::Time now)
{
    constexpr double kBurstSeconds = 0.1; // after a pause
    const double seconds = std::chrono::duration<double>(now - m_filled).count();
    const auto rate = static_cast<double>(m_rate);
    m_bytes = std::min(m_bytes + std::max(seconds, 0.0) * rate, rate * kBurstSeconds);
    m_filled = now;
}

void TokenBucket::take(std::int64_t bytes, Clock::Time now)
{
    const std::lock_guard lock(m_mutex);
    if (m_rate == 0)
        return;
    refill(now);
    m_bytes -= static_cast<double>(bytes);
}

std::chrono::milliseconds TokenBucket::debt(Clock::Time now)
{
    constexpr double kMillisecondsASecond = 1000;
    const std::lock_guard lock(m_mutex);
    if (m_rate == 0)
        return std::chrono::milliseconds(0);
    refill(now);
    if (m_bytes >= 0)
        return std::chrono::milliseconds(0);
    return std::chrono::milliseconds(
        std::llround(std::ceil(-m_bytes / static_cast<double>(m_rate) * kMillisecondsASecond)));
}

} // namespace snug::download
