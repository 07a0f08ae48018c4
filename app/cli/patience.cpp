// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/patience.h"

#include "core/base/error_detail.h"
#include "core/base/stop_wait.h"
#include "core/download/retry.h"

#include <algorithm>
#include <cstdint>

namespace snug::cli {
namespace {

bool isServerTrouble(const Error &error)
{
    const auto *status = detailOf<std::int64_t>(error, "status");
    return error.kind == ErrorKind::Http && status != nullptr &&
           download::classOfStatus(static_cast<long>(*status)) == download::RetryClass::Server;
}

const char *stageOf(const Error &error)
{
    if (error.kind == ErrorKind::RateLimited)
        return "waiting for rate limit";
    return error.kind == ErrorKind::Http ? "waiting for server" : "waiting for network";
}

} // namespace

bool Patience::mayPass(const Error &error)
{
    if (error.kind == ErrorKind::RateLimited || isServerTrouble(error))
        return true;
    const auto has = [&error](const char *reason) { return hasReason(error, reason); };
    return error.kind == ErrorKind::Network && !has("offline") && !has("portal") && !has("proxy") &&
           !has("certificate");
}

Result<void> Patience::waitAfter(const Error &error)
{
    constexpr int kMostServerFailures = 8;
    constexpr std::chrono::seconds kLongestBackoff(60);
    constexpr std::chrono::seconds kLongest(600);
    m_serverFailures = isServerTrouble(error) ? m_serverFailures + 1 : 0;
    if (!mayPass(error) || m_serverFailures >= kMostServerFailures)
        return tl::make_unexpected(error);
    const auto *asked = detailOf<std::int64_t>(error, "retry_after_s");
    const auto wait = std::clamp(std::chrono::seconds(asked != nullptr ? *asked : 0), m_backoff, kLongest);
    m_backoff = std::min(m_backoff * 2, kLongestBackoff);
    ++m_waits;
    m_context.log("warning", error.message);
    m_context.progress({stageOf(error), 0, -1, Unit::Items});
    if (waitForStop(m_context.stop, wait))
        return fail(ErrorKind::Cancelled, "The download was stopped.");
    return {};
}

} // namespace snug::cli
