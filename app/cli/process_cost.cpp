// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/process_cost.h"

#include <ctime>

#if !defined(_WIN32)
#include <sys/resource.h>
#endif

namespace snug::cli {

double processorSeconds()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

std::int64_t peakBytes()
{
#if defined(_WIN32)
    return 0;
#else
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

} // namespace snug::cli
