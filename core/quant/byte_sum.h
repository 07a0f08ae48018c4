// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

namespace snug::quant {

// Adds up counts of a stranger's file; a sum that once was too large stays so.
class ByteSum {
public:
    void add(std::optional<std::int64_t> bytes)
    {
        const std::int64_t more = bytes.value_or(-1);
        m_fits = m_fits && more >= 0 && more <= INT64_MAX - m_sum;
        m_sum += m_fits ? more : 0;
    }
    // nullopt: some number was negative, absent, or the sum does not fit.
    [[nodiscard]] std::optional<std::int64_t> value() const
    {
        return m_fits ? std::optional(m_sum) : std::nullopt;
    }

private:
    std::int64_t m_sum = 0;
    bool m_fits = true;
};

} // namespace snug::quant
