// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace snug::test {

struct FakeHubOptions {
    std::uint16_t hubPort = 0; // 0: any free one
    std::uint16_t cdnPort = 0;
    std::int64_t urlLifetimeSeconds = 3600;
    std::int64_t rangelessLimit = 50'000'000'000; // larger blobs are refused without a Range
    std::size_t listPage = 1000;                  // models a page at most, and when no limit is asked
    std::size_t treePage = 1000;                  // files a page; 50 at most with expand=true
    // Requests in a window of 300 s; past them the answer is 429.
    std::int64_t apiQuota = 100'000;
    std::int64_t resolverQuota = 100'000;
};

// The Hub's clock, which tests turn forward. Any thread.
class HubClock {
public:
    [[nodiscard]] std::int64_t now() const // seconds since 1970
    {
        const auto real = std::chrono::system_clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::seconds>(real).count() + m_skipped;
    }
    void skip(std::chrono::seconds time) { m_skipped += time.count(); }

private:
    std::atomic<std::int64_t> m_skipped = 0;
};

} // namespace snug::test
