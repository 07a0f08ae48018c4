// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub/http_message.h"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace snug::test {

enum class Origin { Hub, Cdn };

// One request that came in, and what went out for it.
struct LoggedRequest {
    Origin origin = Origin::Hub;
    int connection = 0; // counts the connections of this origin, from 1
    Request request;
    std::chrono::steady_clock::time_point when; // it was complete
    int status = 0;                             // of the answer; 0: raw bytes
    // Handed to the kernel of the body (of everything, when the answer was raw); a little more than that
    // while the answer is on its way.
    std::int64_t bodyBytes = 0;
    bool over = false; // the answer ended or the connection broke
};

// Any thread.
class RequestLog {
public:
    // The number by which update() knows it.
    [[nodiscard]] std::size_t add(LoggedRequest entry);
    void update(std::size_t number, std::int64_t bodyBytes, bool over);
    [[nodiscard]] std::vector<LoggedRequest> all() const;
    // Forgets what was; requests that are being answered are not told any more.
    void clear();

private:
    mutable std::mutex m_mutex;
    std::vector<LoggedRequest> m_entries;
    std::size_t m_first = 0; // the number of m_entries[0]
};

} // namespace snug::test
