// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "core/base/result.h"

#include <chrono>
#include <thread>

namespace snug::cli {

// Ends the process with `error` and kExitCancelled so long after a stop request, if this still lives then:
// the engine has work that cannot be stopped, and nothing is lost by ending in the middle of it. REQUIRES: no
// file is written while this lives, and `context` outlives it.
class LastResort {
public:
    LastResort(const VerbContext &context, std::chrono::milliseconds patience, Error error);

private:
    std::jthread m_thread;
};

} // namespace snug::cli
