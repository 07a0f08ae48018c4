// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace snug::test {

// A clock that stands still until it is told to go on. What takes its functions must not outlive it.
class ManualClock {
public:
    void advance(std::chrono::milliseconds by) { m_since += by; }

    [[nodiscard]] auto steady()
    {
        return [this] { return std::chrono::steady_clock::time_point() + std::chrono::hours(1) + m_since; };
    }
    [[nodiscard]] auto system()
    {
        return [this] {
            return std::chrono::system_clock::time_point() + std::chrono::hours(24 * 20000) + m_since;
        };
    }

private:
    std::chrono::milliseconds m_since{0};
};

} // namespace snug::test
