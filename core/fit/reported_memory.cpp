// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/reported_memory.h"

#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace snug::fit {
namespace {

std::string_view nameOf(const DeviceMemory &memory)
{
    return memory.device.empty() ? std::string_view("A device") : memory.device;
}

// Empty if there was nothing to correct.
std::string correct(DeviceMemory &memory, const DeviceMemory &host)
{
    if (memory.freeBytes < 0) {
        memory.freeBytes = 0;
        return fmt::format("{} reports less than nothing as free; it is taken for full.", nameOf(memory));
    }
    memory.totalBytes = std::max<std::int64_t>(memory.totalBytes, 0);
    if (memory.totalBytes == 0 && memory.freeBytes == 0) {
        if (!memory.sharesHost)
            return fmt::format("{} does not report its memory; it is taken for full.", nameOf(memory));
        memory.totalBytes = host.totalBytes;
        memory.freeBytes = host.freeBytes;
        return fmt::format("{} does not report its memory; it shares main memory, which counts instead.",
                           nameOf(memory));
    }
    if (memory.totalBytes == 0) {
        memory.totalBytes = memory.freeBytes;
        return fmt::format("{} does not report how much memory it has, only that {} is free.", nameOf(memory),
                           formatBytes(memory.freeBytes));
    }
    if (memory.freeBytes <= memory.totalBytes)
        return {};
    const std::string said = formatBytes(memory.freeBytes);
    memory.freeBytes = memory.totalBytes;
    return fmt::format("{} reports {} free of {}, which cannot be; no more than {} is counted on.",
                       nameOf(memory), said, formatBytes(memory.totalBytes), formatBytes(memory.totalBytes));
}

} // namespace

std::vector<std::string> correctReports(Allocation &allocation)
{
    std::vector<std::string> notes;
    for (DeviceMemory &memory : allocation.memory) {
        if (std::string note = correct(memory, allocation.memory.front()); !note.empty())
            notes.push_back(std::move(note));
    }
    return notes;
}

} // namespace snug::fit
