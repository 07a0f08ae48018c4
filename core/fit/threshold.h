// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace snug::fit {

// Finds the largest whole number that still fits, where what is asked for grows about evenly: looks where the
// straight line between the two nearest answers crosses zero (false position, Illinois variant), and in the
// middle when that does not come nearer. For a straight line two answers are enough.
class Threshold {
public:
    struct Point {
        std::int64_t at = 0;
        double excess = 0; // of what is asked for over what there is; at most 0: it fits
    };

    // `low` counts as fitting and `high` as not, whatever their excess. REQUIRES: low.at < high.at.
    Threshold(Point low, Point high);

    // Nothing is left between the two.
    [[nodiscard]] bool found() const { return m_low.at + 1 >= m_high.at; }
    // What to ask next. REQUIRES: !found().
    [[nodiscard]] std::int64_t next() const;
    // The answer to that.
    void put(Point answer);
    // The largest that is known to fit.
    [[nodiscard]] std::int64_t largest() const { return m_low.at; }

private:
    Point m_low;
    Point m_high;
    int m_sameSide = 0; // answers in a row that moved the same end: negative the low one
};

} // namespace snug::fit
