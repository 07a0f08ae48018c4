// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/background_priority.h"

#if defined(_WIN32)
#include <windows.h>
#else
#include <algorithm>
#include <sys/resource.h>
#endif

namespace snug {

#if defined(_WIN32)

// Not PROCESS_MODE_BACKGROUND_BEGIN, which takes nearly all memory away, too.
void takeBackgroundPriority()
{
    const DWORD now = GetPriorityClass(GetCurrentProcess());
    if (now != IDLE_PRIORITY_CLASS)
        SetPriorityClass(GetCurrentProcess(), BELOW_NORMAL_PRIORITY_CLASS);
}

#else

// Not SCHED_IDLE, which another busy program would stop altogether: this gets about a tenth then. Linux
// schedules the disk by it, too.
void takeBackgroundPriority()
{
    constexpr int kNice = 10;
    setpriority(PRIO_PROCESS, 0, std::max(kNice, getpriority(PRIO_PROCESS, 0)));
}

#endif

} // namespace snug
