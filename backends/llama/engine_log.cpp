// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/engine_log.h"

#include <cstdio>
#include <cstdlib>
#include <ggml.h>
#include <llama.h>
#include <log.h>
#include <mutex>
#include <utility>

namespace snug::llama {
namespace {

constexpr std::size_t kKeptBytes = 8192;

struct LogState {
    std::mutex mutex;
    EngineNoise noise = EngineNoise::All;
    ggml_log_level level = GGML_LOG_LEVEL_NONE; // of the line that is being put together
    std::string line;
    std::string kept;
    std::string lastError;
    std::function<void(std::string_view)> watch;
};

// A C callback reaches nothing but globals; the engine logs while it is unloaded, so this is never destroyed.
LogState &state()
{
    static LogState &instance = *new LogState;
    return instance;
}

const char *prefixOf(ggml_log_level level)
{
    switch (level) {
    case GGML_LOG_LEVEL_ERROR:
        return "E ";
    case GGML_LOG_LEVEL_WARN:
        return "W ";
    default:
        return "I ";
    }
}

void keep(LogState &log, const std::string &line)
{
    log.kept += line + '\n';
    if (log.kept.size() > kKeptBytes)
        log.kept.erase(0, log.kept.size() - kKeptBytes);
}

void finishLine(LogState &log)
{
    const std::string line = std::exchange(log.line, {});
    if (line.empty())
        return;
    if (log.watch)
        log.watch(line);
    if (log.level == GGML_LOG_LEVEL_DEBUG)
        return;
    const bool error = log.level == GGML_LOG_LEVEL_ERROR;
    if (error)
        log.lastError = line;
    if (error || log.level == GGML_LOG_LEVEL_WARN)
        keep(log, line);
    if (error || log.noise == EngineNoise::All)
        std::fprintf(stderr, "%s%s\n", prefixOf(log.level), line.c_str());
}

void onLog(ggml_log_level level, const char *text, void *)
{
    LogState &log = state();
    const std::lock_guard lock(log.mutex);
    if (level != GGML_LOG_LEVEL_CONT) {
        finishLine(log);
        log.level = level;
    }
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = rest.find('\n');
        log.line += rest.substr(0, end);
        if (end == rest.npos)
            break;
        finishLine(log);
        rest.remove_prefix(end + 1);
    }
}

void onAbort(const char *text)
{
    std::fprintf(stderr, "E engine abort: %s\n", text);
    std::fflush(stderr);
}

} // namespace

void installEngineLog(EngineNoise noise)
{
    {
        const std::lock_guard lock(state().mutex);
        state().noise = noise;
    }
    // After a crash ggml would call a debugger to print the stack, which takes seconds and helps nobody here.
#if defined(_WIN32)
    _putenv_s("GGML_NO_BACKTRACE", "1");
#else
    setenv("GGML_NO_BACKTRACE", "1", 0);
#endif
    // The logger of common/ has a thread of its own and writes to stdout too, where our events go. Everything
    // that explains a failure comes through the other one.
    common_log_pause(common_log_main());
    llama_log_set(onLog, nullptr);
    ggml_set_abort_callback(onAbort);
}

std::string recentEngineErrors()
{
    const std::lock_guard lock(state().mutex);
    return state().kept;
}

std::string lastEngineError()
{
    const std::lock_guard lock(state().mutex);
    return state().lastError;
}

void forgetEngineErrors()
{
    const std::lock_guard lock(state().mutex);
    state().kept.clear();
    state().lastError.clear();
}

EngineLogWatch::EngineLogWatch(std::function<void(std::string_view)> see)
{
    const std::lock_guard lock(state().mutex);
    state().watch = std::move(see);
}

EngineLogWatch::~EngineLogWatch()
{
    const std::lock_guard lock(state().mutex);
    state().watch = nullptr;
}

} // namespace snug::llama
