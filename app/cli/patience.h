// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

#include <chrono>

namespace snug::cli {

// The waits between the times that the same is asked of the Hub. For the network and for a rate limit there
// is any number of them, for a server in trouble a few. Used on one thread.
class Patience {
public:
    explicit Patience(const VerbContext &context) : m_context(context) {}

    // Whether asking again later may help: not against a sign-in page, a proxy's or the Hub's no, a false
    // certificate, a person's wish to be offline.
    [[nodiscard]] static bool mayPass(const Error &error);

    // As long as the server asks, at least one second, and longer each time; each wait is logged and told as
    // a stage. Fails with `error` where it may not pass, or with Cancelled.
    [[nodiscard]] Result<void> waitAfter(const Error &error);

    [[nodiscard]] int waits() const { return m_waits; }

private:
    const VerbContext &m_context;
    std::chrono::seconds m_backoff{1};
    int m_waits = 0;
    int m_serverFailures = 0; // in a row
};

} // namespace snug::cli
