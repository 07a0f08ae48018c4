// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>

namespace snug::convert {

// Up to where all is done, of chunks that are done in any order. One thread at a time.
class Frontier {
public:
    // Of the next chunk that is awaited, and the bytes before it.
    Frontier(std::int64_t number, std::int64_t bytes) : m_next(number), m_bytes(bytes) {}

    // The chunk `number`, which ends at `end`, is done.
    void finish(std::int64_t number, std::int64_t end)
    {
        m_waiting.emplace(number, end);
        for (auto first = m_waiting.begin(); first != m_waiting.end() && first->first == m_next;
             first = m_waiting.erase(first)) {
            m_bytes = first->second;
            ++m_next;
        }
    }

    [[nodiscard]] std::int64_t bytes() const { return m_bytes; }

private:
    std::int64_t m_next;
    std::int64_t m_bytes;
    std::map<std::int64_t, std::int64_t> m_waiting; // ends, by number
};

} // namespace snug::convert
