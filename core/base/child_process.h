// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace snug {

struct ChildRequest {
    std::filesystem::path program;
    std::vector<std::string> arguments;                           // UTF-8, without the program's name
    std::vector<std::pair<std::string, std::string>> environment; // added to ours
    std::chrono::milliseconds timeout{20000};
    std::size_t outputLimit = std::size_t{1} << 20; // stdout beyond it is read and dropped
    std::size_t errorTail = 8192;                   // how much of stderr is kept: its end
};

struct ChildReport {
    std::string output; // stdout
    std::string errors; // the last of stderr
    bool outputCut = false;
    bool timedOut = false; // and was killed for it
    int exitCode = -1;     // -1 if it did not exit by itself
    int signal = 0;        // what ended it; on Windows always 0, a crash is an exit code there
};

// Runs a program to its end and keeps what it said. Its stdin is a pipe that nobody writes to and that stays
// open until the end, so that a `snug-cli` child notices when this process dies. Blocks; kills the child and
// fails with Cancelled within 100 ms of a stop. Fails with NotFound or Io if it cannot be started.
[[nodiscard]] Result<ChildReport> runChild(const ChildRequest &request, const std::stop_token &stop = {});

// "SIGABRT", or "signal 42".
[[nodiscard]] std::string signalName(int signal);

} // namespace snug
