// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/threshold.h"

#include <algorithm>
#include <cmath>

namespace snug::fit {
namespace {

constexpr int kPatience = 3; // answers that move the same end before the middle is looked at

} // namespace

Threshold::Threshold(Point low, Point high) : m_low(low), m_high(high)
{
    m_low.excess = std::min(m_low.excess, 0.0);
    m_high.excess = std::max(m_high.excess, 0.0);
}

Threshold::Threshold(Point low, Point high, std::int64_t guess) : Threshold(low, high)
{
    m_guess = guess;
}

std::int64_t Threshold::between(std::int64_t at) const
{
    return std::clamp(at, m_low.at + 1, m_high.at - 1);
}

std::int64_t Threshold::next() const
{
    // What is expected not to fit comes first, so that what fits is what was asked last.
    if (m_guess && m_beside == 0)
        return between(*m_guess + 1);
    if (m_guess)
        return m_beside > 0 ? m_low.at + 1 : m_high.at - 1;
    const std::int64_t middle = m_low.at + (m_high.at - m_low.at) / 2;
    const double span = m_high.excess - m_low.excess;
    if (std::abs(m_sameSide) >= kPatience || !std::isfinite(span) || span <= 0)
        return middle;
    const double share = -m_low.excess / span;
    const auto step = static_cast<std::int64_t>(share * static_cast<double>(m_high.at - m_low.at));
    return between(m_low.at + step);
}

void Threshold::put(Point answer)
{
    if (answer.at <= m_low.at || answer.at >= m_high.at)
        return;
    const bool fits = answer.excess <= 0;
    if (m_guess) {
        (fits ? m_low : m_high) = answer;
        if (m_beside != 0)
            m_guess.reset();
        m_beside = fits ? 1 : -1;
        return;
    }
    const bool wasMiddle = std::abs(m_sameSide) >= kPatience;
    // The end that stays too long is pulled nearer.
    if (fits && m_sameSide < 0)
        m_high.excess /= 2;
    if (!fits && m_sameSide > 0)
        m_low.excess /= 2;
    (fits ? m_low : m_high) = answer;
    const int side = fits ? -1 : 1;
    m_sameSide = wasMiddle ? 0 : m_sameSide * side > 0 ? m_sameSide + side : side;
}

} // namespace snug::fit
