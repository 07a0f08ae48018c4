// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/gate.h"

#include "core/base/error_detail.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

namespace snug::download {
namespace {

constexpr int kMismatches = 3;
constexpr int kRenewals = 5;

Backoff::Random randomOf(const Options &options)
{
    if (options.random)
        return options.random;
    return [engine = std::mt19937(std::random_device()())]() mutable {
        return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
    };
}

RetryClass classOfResolver(const Error &error)
{
    if (error.kind == ErrorKind::RateLimited)
        return RetryClass::Rate;
    if (error.kind == ErrorKind::Network) {
        const auto says = [&error](const char *reason) { return hasReason(error, reason); };
        const bool stays = says("offline") || says("portal") || says("proxy") || says("certificate");
        return stays ? RetryClass::Gone : RetryClass::Transient;
    }
    const auto status = detailOf<std::int64_t>(error, "status");
    if (error.kind != ErrorKind::Http || !status)
        return RetryClass::Gone;
    const RetryClass reason = classOfStatus(static_cast<long>(*status));
    if (reason == RetryClass::Server)
        return reason;
    // Of an address that the Hub gave out at this moment: it may be luckier with the next one.
    return reason == RetryClass::Expired && hasReason(error, "storage") ? RetryClass::Mismatch
                                                                        : RetryClass::Gone;
}

} // namespace

Gate::Gate(const Options &options, const Poller &poller)
    : m_options(options), m_poller(poller), m_backoff(randomOf(options))
{
}

std::chrono::milliseconds Gate::left() const
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_opens - m_poller.now());
    return std::max(left, std::chrono::milliseconds(0));
}

void Gate::backOff(WaitReason reason, const Error &error)
{
    constexpr std::chrono::milliseconds kLeastOfLimit(1000);
    auto wait = m_backoff.next();
    if (reason == WaitReason::RateLimit)
        wait = std::max(wait, kLeastOfLimit);
    // "At once", or a time that is over, may be asked for again and again.
    if (const auto asked = detailOf<std::int64_t>(error, "retry_after_s"))
        wait = std::max<std::chrono::milliseconds>(wait, std::chrono::seconds(*asked));
    m_opens = m_poller.now() + wait;
    m_reason = reason;
    m_trouble = error;
}

Result<void> Gate::onRefusal(const Refusal &refusal)
{
    const bool isRate = refusal.reason == RetryClass::Rate;
    // Many connections that fail together are one failure. But a limit holds for everybody, those too whose
    // requests already wait.
    const bool counted = !closed() || (isRate && m_reason != WaitReason::RateLimit);
    WaitReason reason = WaitReason::Server;
    switch (refusal.reason) {
    case RetryClass::Transient:
        reason = WaitReason::Network;
        if (counted)
            m_serverFailures = 0;
        break;
    case RetryClass::Server:
        if (counted && m_serverFailures++ >= m_options.serverAttempts)
            return tl::make_unexpected(refusal.error);
        break;
    case RetryClass::Rate:
        reason = WaitReason::RateLimit;
        break;
    case RetryClass::Mismatch:
        if (counted && ++m_mismatches >= kMismatches)
            return tl::make_unexpected(refusal.error);
        break;
    default:
        return tl::make_unexpected(refusal.error);
    }
    if (counted)
        backOff(reason, refusal.error);
    return {};
}

Result<void> Gate::onResolverError(const Error &error)
{
    return onRefusal({classOfResolver(error), error});
}

Result<void> Gate::onRenewal(const http::Url &source, int generation)
{
    if (std::exchange(m_renewed, generation) == generation)
        return {};
    Error error{
        ErrorKind::Http,
        fmt::format("{} keeps refusing the addresses that the Hub gives out for the file.", source.shown()),
        {{"server", source.shown()}, {"renewals", std::int64_t(kRenewals)}},
        "Check this computer's clock, and whether a proxy changes requests; then try again later."};
    // Addresses that bring bytes on other connections are good: this server wants fewer connections.
    const bool delivers = std::exchange(m_arrived, 0) > 0;
    m_renewals = delivers ? std::min(m_renewals + 1, 2) : m_renewals + 1;
    if (m_renewals > kRenewals)
        return tl::make_unexpected(std::move(error));
    if (m_renewals > 1) // one is usual; a second at once would be refused as well
        backOff(WaitReason::Server, error);
    return {};
}

void Gate::onProgress(std::int64_t bytes)
{
    m_arrived += bytes;
    m_backoff.progressed(bytes);
    if (m_backoff.failures() == 0)
        m_serverFailures = 0;
}

void Gate::onAccepted()
{
    m_mismatches = 0;
    m_renewals = 0;
}

} // namespace snug::download
