// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

namespace snug::cli {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitCancelled = 130;

// Runs a verb on this thread with everything it may use, writes its last line and gives the exit code. Lets
// no exception out. REQUIRES: no other thread runs yet.
[[nodiscard]] int runVerb(Verb &verb, bool json);

// The last line and exit code of a failure before any verb ran.
[[nodiscard]] int reportFailure(const Error &error, bool json);

} // namespace snug::cli
