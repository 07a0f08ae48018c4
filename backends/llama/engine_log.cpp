// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/engine_log.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ggml.h>
#include <llama.h>
#include <log.h>
#include <mutex>
#include <string_view>

namespace snug::llama {
namespace {

constexpr std::size_t kKeptBytes = 8192;

// A C callback reaches nothing but globals.
std::mutex keptMutex;
std::string keptErrors;

void keep(std::string_view text)
{
    const std::lock_guard lock(keptMutex);
    keptErrors += text;
    if (keptErrors.size() > kKeptBytes)
        keptErrors.erase(0, keptErrors.size() - kKeptBytes);
}

void onLog(ggml_log_level level, const char *text, void *)
{
    // Debug lines are thousands; a continued line belongs to the one before.
    if (level == GGML_LOG_LEVEL_DEBUG)
        return;
    std::fputs(text, stderr);
    if (level == GGML_LOG_LEVEL_ERROR)
        keep(text);
}

void onAbort(const char *text)
{
    std::fprintf(stderr, "engine abort: %s\n", text);
    std::fflush(stderr);
}

} // namespace

void installEngineLog()
{
    // common/'s own logger writes on a thread of its own, which a crash would silence.
    common_log_pause(common_log_main());
    llama_log_set(onLog, nullptr);
    ggml_set_abort_callback(onAbort);
}

std::string recentEngineErrors()
{
    const std::lock_guard lock(keptMutex);
    return keptErrors;
}

bool engineRanOutOfMemory()
{
    const std::string errors = recentEngineErrors();
    constexpr std::array<std::string_view, 4> kWords = {"out of memory", "failed to allocate",
                                                        "OutOfDeviceMemory", "unable to allocate"};
    return std::any_of(kWords.begin(), kWords.end(),
                       [&errors](std::string_view word) { return errors.find(word) != std::string::npos; });
}

} // namespace snug::llama
