// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/status_reporter.h"

#include <algorithm>

namespace snug::download {

StatusReporter::StatusReporter(const Observer &observer, Clock &clock)
    : m_observer(observer), m_clock(clock), m_meter([&clock] { return clock.now(); })
{
}

void StatusReporter::enter(State state)
{
    const bool same = m_told && m_status.state == state;
    m_status.state = state;
    m_status.waitingFor = WaitReason::None;
    m_status.waitLeft = std::chrono::milliseconds(0);
    m_status.trouble.reset();
    if (!same)
        tell();
}

void StatusReporter::waitFor(WaitReason reason, std::chrono::milliseconds atMost, const Error &trouble)
{
    const bool same =
        m_status.state == State::Waiting && m_status.waitingFor == reason && m_status.trouble == trouble;
    m_status.state = State::Waiting;
    m_status.waitingFor = reason;
    m_status.waitLeft = atMost;
    m_status.trouble = trouble;
    if (!same)
        tell();
}

void StatusReporter::setAttempt(int attempt)
{
    m_status.attempt = attempt;
    m_status.bytesOnDisk = 0;
    m_status.bytesVerified = 0;
    m_meter.reset();
}

void StatusReporter::update(std::int64_t bytesOnDisk, std::int64_t bytesVerified, int connections)
{
    constexpr std::chrono::milliseconds kBetween(100);
    m_status.bytesOnDisk = std::max(m_status.bytesOnDisk, bytesOnDisk);
    m_status.bytesVerified = std::max(m_status.bytesVerified, bytesVerified);
    m_status.connections = connections;
    m_meter.update(m_status.bytesOnDisk);
    m_status.bytesPerSecond = m_meter.rate();
    m_status.secondsLeft = m_meter.secondsLeft(m_status.bytesTotal);
    if (!m_told || m_clock.now() - *m_told >= kBetween)
        tell();
}

void StatusReporter::tell()
{
    m_told = m_clock.now();
    if (m_observer)
        m_observer(m_status);
}

std::string_view stateName(State state)
{
    switch (state) {
    case State::Resolving:
        return "resolving";
    case State::Preflight:
        return "preflight";
    case State::Downloading:
        return "downloading";
    case State::Waiting:
        return "waiting";
    case State::Verifying:
        return "verifying";
    case State::Installing:
        return "installing";
    case State::Done:
        return "done";
    }
    return {};
}

std::string_view waitReasonName(WaitReason reason)
{
    switch (reason) {
    case WaitReason::None:
        return "";
    case WaitReason::Network:
        return "network";
    case WaitReason::Server:
        return "server";
    case WaitReason::RateLimit:
        return "rate_limit";
    case WaitReason::Disk:
        return "disk";
    case WaitReason::FileLock:
        return "file_lock";
    }
    return {};
}

} // namespace snug::download
