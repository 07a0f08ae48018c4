// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/allocation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

// How far a forecast of memory is from what the engine says.
namespace snug::test {

// In parts of one hundred; the sign tells which is larger. Nothing where nothing is right.
[[nodiscard]] inline double errorOf(std::int64_t forecast, std::int64_t real)
{
    if (real == 0)
        return forecast == 0 ? 0 : 100;
    return 100 * static_cast<double>(forecast - real) / static_cast<double>(real);
}

// Figures of many comparisons, and the worst of them by name.
class ErrorList {
public:
    void add(double percent, const std::string &name)
    {
        m_percents.push_back(std::abs(percent));
        if (std::abs(percent) > std::abs(m_worst) || m_name.empty()) {
            m_worst = percent;
            m_name = name;
        }
    }
    // Of 100 sorted by size, the one at `rank`; 0 without any.
    [[nodiscard]] double percentile(int rank) const
    {
        if (m_percents.empty())
            return 0;
        std::vector<double> sorted = m_percents;
        std::sort(sorted.begin(), sorted.end());
        return sorted[std::min(sorted.size() - 1, sorted.size() * static_cast<std::size_t>(rank) / 100)];
    }
    [[nodiscard]] double worst() const { return m_worst; }
    [[nodiscard]] const std::string &worstName() const { return m_name; }
    [[nodiscard]] std::size_t count() const { return m_percents.size(); }

private:
    std::vector<double> m_percents;
    std::string m_name;
    double m_worst = 0;
};

// The machine as the engine sees it.
inline std::vector<fit::Device> machineOf(const fit::Allocation &allocation)
{
    std::vector<fit::Device> machine;
    for (const fit::DeviceMemory &memory : allocation.memory) {
        fit::Device device;
        device.id = memory.device;
        device.backend = memory.backend;
        device.kind = machine.empty() ? "cpu" : "gpu";
        device.totalBytes = memory.totalBytes;
        device.freeBytes = memory.freeBytes;
        machine.push_back(device);
    }
    return machine;
}

} // namespace snug::test
