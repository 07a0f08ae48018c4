// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace snug::llama {

// What of the engine's log goes to stderr; debug lines, which are thousands, never do.
enum class EngineNoise {
    Errors, // for people
    All,    // for a parent that keeps the end of it
};

// Takes over what llama.cpp and ggml log: whole lines to stderr, each with its level in front ("E ", "W ",
// "I "), and the last 8 KiB of warnings and errors kept for error details. Also prints the text of a failed
// assertion before the process aborts. Call before anything else of the engine; again to change the noise.
void installEngineLog(EngineNoise noise);

// The kept lines, newest last; empty if there was none. Any thread.
[[nodiscard]] std::string recentEngineErrors();
// The newest error alone, without its level; empty if there was none. Any thread.
[[nodiscard]] std::string lastEngineError();
void forgetEngineErrors();

// Shows every line, debug lines too, to `see` as long as this lives; called on the thread that logs, one at a
// time. One of these at a time.
class EngineLogWatch {
public:
    explicit EngineLogWatch(std::function<void(std::string_view line)> see);
    ~EngineLogWatch();
    EngineLogWatch(const EngineLogWatch &) = delete;
    EngineLogWatch &operator=(const EngineLogWatch &) = delete;
};

} // namespace snug::llama
