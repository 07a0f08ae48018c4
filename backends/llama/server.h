// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/dry_run.h"
#include "core/base/progress.h"
#include "core/base/result.h"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace snug::llama {

struct ServerRequest {
    LoadRequest load;   // gpuLayers -1: as many as fit; contextTokens 0: the training length, at most 8192
    std::string apiKey; // asked of every request but /health
    int port = 0;       // 0: a free one
};

struct ServerReady {
    std::string url; // "http://127.0.0.1:PORT"
    Allocation allocation;
    std::string modelName;
    std::string level; // "Q4_K_M"; empty if the file does not tell
    std::int64_t parameters = 0;
    std::string cpuReason;          // why nothing is on a GPU; empty if something is
    std::vector<std::string> notes; // every fallback, as a sentence
    int threads = 0;
};

// llama.cpp's server library behind a door of our own: one model, loopback only, one key. Owned by the verb
// that runs it; one in a process, because the engine has global state. `run` blocks the thread that loaded.
class EngineServer {
public:
    EngineServer();
    ~EngineServer();
    EngineServer(const EngineServer &) = delete;
    EngineServer &operator=(const EngineServer &) = delete;

    // Reads the header with our own reader, decides what fits, listens, loads. Fails as dryRun, or with
    // OutOfMemory, Io (no port), Cancelled. A stop while the engine reads weights ends the process at once
    // with code 130: nothing is half written then.
    [[nodiscard]] Result<ServerReady> load(const ServerRequest &request, const ProgressFn &progress,
                                           std::stop_token stop);

    // Answers requests until the stop. REQUIRES: load() succeeded.
    void run(std::stop_token stop);

private:
    struct Engine;
    std::unique_ptr<Engine> m_engine;
};

} // namespace snug::llama
