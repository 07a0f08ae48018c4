// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>

namespace snug {

// Speed and time left of a job, from what was done within the last five seconds, so that a stall shows as one
// and an early burst is forgotten. Not for several threads.
class RateMeter {
public:
    using Clock = std::function<std::chrono::steady_clock::time_point()>;

    explicit RateMeter(Clock clock = &std::chrono::steady_clock::now);

    // What is done so far. Less than before starts anew: another stage or file; so does a minute without a
    // call: the machine slept.
    void update(std::int64_t done);
    void reset();

    // Units a second; 0 until two moments are known.
    [[nodiscard]] double rate() const;
    // Seconds until `total`; -1 while unknown (no total, or nothing moves).
    [[nodiscard]] double secondsLeft(std::int64_t total) const;

private:
    struct Sample {
        std::chrono::steady_clock::time_point when;
        std::int64_t done = 0;
    };

    Clock m_clock;
    std::deque<Sample> m_samples; // ascending; the first is the last one outside the window, if any
};

} // namespace snug
