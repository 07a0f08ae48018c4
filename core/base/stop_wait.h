// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace snug {

// Sleeps until a stop is requested, or for that long. True if it was requested.
template <class Rep, class Period>
bool waitForStop(const std::stop_token &stop, std::chrono::duration<Rep, Period> atMost)
{
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any wake;
    wake.wait_for(lock, stop, atMost, [] { return false; });
    return stop.stop_requested();
}

// Sleeps until a stop is requested of either.
inline void waitForEither(const std::stop_token &one, const std::stop_token &other)
{
    std::stop_source any;
    const std::stop_callback onOne(one, [&any] { any.request_stop(); });
    const std::stop_callback onOther(other, [&any] { any.request_stop(); });
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any wake;
    wake.wait(lock, any.get_token(), [] { return false; });
}

} // namespace snug
