// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/poller.h"
#include "core/download/transfer.h"

#include <chrono>

namespace snug::download {

// When the next request of a transfer may go out, and if not now, why: backoff after failures, and what a
// server asked for. Requests under way are none of its business. One thread.
class Gate {
public:
    Gate(const Options &options, const Poller &poller);

    // A request failed. An error: there is no use in trying again. REQUIRES: not Expired, not RangeIgnored.
    [[nodiscard]] Result<void> onRefusal(const Refusal &refusal);
    [[nodiscard]] Result<void> onResolverError(const Error &error);
    // The address of this generation was refused and is asked for anew, however often that takes; an error if
    // too many were refused in a row.
    [[nodiscard]] Result<void> onRenewal(const http::Url &source, int generation);
    // An answer was taken.
    void onAccepted();
    void onProgress(std::int64_t bytes);

    [[nodiscard]] bool closed() const { return left().count() > 0; }
    [[nodiscard]] std::chrono::milliseconds left() const;
    [[nodiscard]] WaitReason reason() const { return m_reason; }
    [[nodiscard]] const Error &trouble() const { return m_trouble; }

private:
    void backOff(WaitReason reason, const Error &error);

    const Options &m_options;
    const Poller &m_poller;
    Backoff m_backoff;
    Clock::Time m_opens{};
    WaitReason m_reason = WaitReason::None;
    Error m_trouble;
    int m_serverFailures = 0;   // in a row; those of the network do not count, and end the row
    int m_mismatches = 0;       // in a row
    int m_renewals = 0;         // in a row
    std::int64_t m_arrived = 0; // bytes since the last of them
    int m_renewed = 0;          // the generation counted last
};

} // namespace snug::download
