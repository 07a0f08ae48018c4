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

std::int64_t Threshold::next() const
{
    const std::int64_t middle = m_low.at + (m_high.at - m_low.at) / 2;
    const double span = m_high.excess - m_low.excess;
    if (std::abs(m_sameSide) >= kPatience || !std::isfinite(span) || span <= 0)
        return middle;
    const double share = -m_low.excess / span;
    const auto step = static_cast<std::int64_t>(share * static_cast<double>(m_high.at - m_low.at));
    return std::clamp(m_low.at + step, m_low.at + 1, m_high.at - 1);
}

void Threshold::put(Point answer)
{
    if (answer.at <= m_low.at || answer.at >= m_high.at)
        return;
    const bool wasMiddle = std::abs(m_sameSide) >= kPatience;
    const bool fits = answer.excess <= 0;
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
