// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>

namespace snug::download {

// Time as downloads see it. Tests put in one whose waits cost nothing; sockets stay real.
class Clock {
public:
    using Time = std::chrono::steady_clock::time_point;
    // Waits for the sockets, at most that long; true if it ended early.
    using Poll = std::function<bool(std::chrono::milliseconds atMost)>;

    virtual ~Clock() = default;
    [[nodiscard]] virtual Time now() const = 0;
    // Every wait of a download goes through here.
    virtual void wait(std::chrono::milliseconds atMost, const Poll &poll) = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] Time now() const override { return std::chrono::steady_clock::now(); }
    void wait(std::chrono::milliseconds atMost, const Poll &poll) override { poll(atMost); }
};

} // namespace snug::download
