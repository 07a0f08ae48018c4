// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace snug::llama {

// Sends what llama.cpp and ggml log to stderr, one line each with its level, and keeps the last 8 KiB of
// warnings and errors for error details. Also prints the text of a failed assertion before the process
// aborts. Call once, before anything else of the engine.
void installEngineLog();

// The last error lines, newest last; empty if there was none. Any thread.
[[nodiscard]] std::string recentEngineErrors();

// Whether those lines speak of memory that could not be had.
[[nodiscard]] bool engineRanOutOfMemory();

} // namespace snug::llama
