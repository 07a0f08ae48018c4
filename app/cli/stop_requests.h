// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <mutex>
#include <stop_token>

namespace snug::cli {

// What an interrupt or a closed stdin means at this moment; the part of Cancellation that is the same on
// every system.
class StopRequests {
public:
    enum class Next { Continue, EndNow };

    // EndNow: the user asked twice.
    [[nodiscard]] Next onInterrupt()
    {
        const std::scoped_lock lock(m_mutex);
        if (m_stop.stop_requested())
            return Next::EndNow;
        if (m_handler && m_handler())
            return Next::Continue;
        m_stop.request_stop();
        return Next::Continue;
    }

    // As onInterrupt, but nobody is asked: a parent wants this process to end.
    [[nodiscard]] Next onTerminate() { return m_stop.request_stop() ? Next::Continue : Next::EndNow; }

    void onStdinClosed() { m_stop.request_stop(); }

    void setHandler(std::function<bool()> handler)
    {
        const std::scoped_lock lock(m_mutex);
        m_handler = std::move(handler);
    }

    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }

private:
    std::stop_source m_stop;
    std::mutex m_mutex;
    std::function<bool()> m_handler;
};

} // namespace snug::cli
