// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/download/clock.h"
#include "core/http/curl_handles.h"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>

namespace snug::download {

// libcurl's multi handle and the one place where a transfer waits: for sockets, for time, for a stop. One
// thread, but for wake().
class Poller {
public:
    [[nodiscard]] static Result<std::unique_ptr<Poller>> create(Clock &clock, const std::stop_token &stop);

    [[nodiscard]] CURLM *multi() const { return m_multi.get(); }
    [[nodiscard]] Clock::Time now() const { return m_clock.now(); }
    [[nodiscard]] bool stopped() const { return m_stop.stop_requested(); }
    [[nodiscard]] const std::stop_token &stop() const { return m_stop; }

    // Until a socket is ready, somebody wakes it, a stop, or that long.
    void wait(std::chrono::milliseconds atMost);
    // The same, and sockets are left alone.
    void waitIdle(std::chrono::milliseconds atMost);
    // Ends the wait that is under way, or the next one. Any thread.
    void wake() const { curl_multi_wakeup(m_multi.get()); }

private:
    Poller(http::Multi multi, http::Multi idle, Clock &clock, const std::stop_token &stop);
    void waitOn(CURLM *multi, std::chrono::milliseconds atMost);

    http::Multi m_multi;
    http::Multi m_idle; // has no sockets
    Clock &m_clock;
    std::stop_token m_stop;
    struct Wake {
        const Poller *poller;
        void operator()() const
        {
            poller->wake();
            curl_multi_wakeup(poller->m_idle.get());
        }
    };
    std::stop_callback<Wake> m_onStop;
};

} // namespace snug::download
