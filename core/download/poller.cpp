// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/poller.h"

#include <utility>

namespace snug::download {

Result<std::unique_ptr<Poller>> Poller::create(Clock &clock, const std::stop_token &stop)
{
    if (auto ready = http::prepareLibrary(); !ready)
        return tl::make_unexpected(std::move(ready).error());
    http::Multi multi(curl_multi_init());
    http::Multi idle(curl_multi_init());
    if (!multi || !idle)
        return fail(ErrorKind::Internal, "The network library could not be started.");
    return std::unique_ptr<Poller>(new Poller(std::move(multi), std::move(idle), clock, stop));
}

Poller::Poller(http::Multi multi, http::Multi idle, Clock &clock, const std::stop_token &stop)
    : m_multi(std::move(multi))
    , m_idle(std::move(idle))
    , m_clock(clock)
    , m_stop(stop)
    , m_onStop(m_stop, Wake{this})
{
}

void Poller::wait(std::chrono::milliseconds atMost)
{
    waitOn(m_multi.get(), atMost);
}

void Poller::waitIdle(std::chrono::milliseconds atMost)
{
    waitOn(m_idle.get(), atMost);
}

void Poller::waitOn(CURLM *multi, std::chrono::milliseconds atMost)
{
    if (atMost.count() <= 0 || stopped())
        return;
    m_clock.wait(atMost, [multi](std::chrono::milliseconds most) {
        const auto begun = std::chrono::steady_clock::now();
        int ready = 0;
        curl_multi_poll(multi, nullptr, 0, static_cast<int>(most.count()), &ready);
        return ready > 0 || std::chrono::steady_clock::now() - begun < most;
    });
}

} // namespace snug::download
