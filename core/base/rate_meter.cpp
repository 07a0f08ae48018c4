// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/rate_meter.h"

#include <utility>

namespace snug {
namespace {

using namespace std::chrono_literals;
constexpr auto kWindow = 5s;
constexpr auto kGap = 60s; // nobody looked for so long: the machine slept, and what was before tells nothing
constexpr auto kSampleEvery = 50ms; // bounds the samples kept, however often update is called

} // namespace

RateMeter::RateMeter(Clock clock) : m_clock(std::move(clock)) {}

void RateMeter::update(std::int64_t done)
{
    const auto now = m_clock();
    if (!m_samples.empty() && (done < m_samples.back().done || now - m_samples.back().when >= kGap))
        reset();
    const bool replaces = m_samples.size() >= 2 && now - m_samples[m_samples.size() - 2].when < kSampleEvery;
    if (replaces)
        m_samples.back() = {now, done};
    else
        m_samples.push_back({now, done});
    while (m_samples.size() > 2 && now - m_samples[1].when >= kWindow)
        m_samples.pop_front();
}

void RateMeter::reset()
{
    m_samples.clear();
}

double RateMeter::rate() const
{
    if (m_samples.size() < 2)
        return 0;
    const Sample &first = m_samples.front();
    const double seconds = std::chrono::duration<double>(m_samples.back().when - first.when).count();
    return seconds > 0 ? static_cast<double>(m_samples.back().done - first.done) / seconds : 0;
}

double RateMeter::secondsLeft(std::int64_t total) const
{
    const double speed = rate();
    if (total < 0 || speed <= 0)
        return -1;
    const std::int64_t done = m_samples.back().done;
    return done >= total ? 0 : static_cast<double>(total - done) / speed;
}

} // namespace snug
