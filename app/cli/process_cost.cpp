// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/process_cost.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <string>
#include <string_view>

#if !defined(_WIN32)
#include <sys/resource.h>
#endif

namespace snug::cli {
namespace {

// A line of /proc/self/status (proc(5)); 0 where there is no such thing.
std::int64_t statusBytes(std::string_view line)
{
    std::ifstream status("/proc/self/status");
    std::int64_t kibibytes = 0;
    for (std::string name; status >> name;) {
        if (name == line && status >> kibibytes)
            return kibibytes * 1024;
        std::getline(status, name);
    }
    return 0;
}

} // namespace

double processorSeconds()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

std::int64_t peakBytes()
{
#if defined(_WIN32)
    return 0;
#else
    // On Linux what getrusage tells may be of the process that started this one.
    if (const std::int64_t bytes = statusBytes("VmHWM:"); bytes > 0)
        return bytes;
    struct rusage usage = {};
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return 0;
#if defined(__APPLE__)
    return usage.ru_maxrss;
#else
    return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
#endif
#endif
}

std::int64_t peakOwnBytes()
{
    return std::max<std::int64_t>(0, peakBytes() - statusBytes("RssFile:"));
}

} // namespace snug::cli
