// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <functional>

namespace snug::download {

// What to do about a failed request.
enum class RetryClass {
    Transient,    // the network: back off, and wait for it
    Server,       // the server's own trouble: back off, and give up in the end
    Rate,         // asked to wait
    Expired,      // the signed address is too old: resolve again
    Mismatch,     // not the bytes that were asked for: ask again, a few times
    RangeIgnored, // the whole file in place of a part: one connection for everything
    Portal,       // another than the server answers: stop
    Gone,         // stop
    Local,        // this machine's disk or memory: stop
    Trust,        // the server's certificate: stop
    Proxy,        // stop
    Config,       // a request that can never work: stop
};

[[nodiscard]] RetryClass classOf(CURLcode code);
// Of a server that only keeps the bytes, not of the Hub: there 401 and 403 mean an address that is too old.
// REQUIRES: not 200 or 206.
[[nodiscard]] RetryClass classOfStatus(long status);

// How long to wait after the first, second, ... failure in a row: 1, 2, 4 ... 60 s, each 50 % more or less,
// so that many clients do not come back at the same moment. One thread.
class Backoff {
public:
    using Random = std::function<double()>; // in [0, 1)

    explicit Backoff(Random random) : m_random(std::move(random)) {}

    // Counts a failure.
    [[nodiscard]] std::chrono::milliseconds next();
    // Enough bytes came: the failures before are forgotten.
    void progressed(std::int64_t bytes);
    [[nodiscard]] int failures() const { return m_failures; }

private:
    Random m_random;
    int m_failures = 0;
    std::int64_t m_bytes = 0; // since the last failure
};

} // namespace snug::download
