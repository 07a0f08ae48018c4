// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/engine_params.h"
#include "backends/llama/projector.h"
#include "backends/llama/request_pace.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/fit/allocation.h"
#include "core/fit/device_overheads.h"

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace snug::llama {

struct ServerRequest {
    fit::LoadRequest load; // gpuLayers -1: as many as fit
    std::string apiKey;    // asked of every request but /health
    int port = 0;          // 0: a free one
    fit::DeviceOverheads overheads;
    // Instead of the model's own chat template; empty: that. REQUIRES: checkTemplate found it of use.
    std::string chatTemplate;
    // Says what a projector takes and, with an error, that it is of no use.
    ProjectorProbe projectors = measureProjector;
};

struct ServerReady {
    std::string url;            // "http://127.0.0.1:PORT"
    fit::Allocation allocation; // what the engine really holds; `freeBytes` as it was before
    std::string modelName;
    std::string level; // "Q4_K_M"; empty if the file does not tell
    std::int64_t parameters = 0;
    std::string cpuReason;          // why nothing is on a GPU, to follow "because"; empty if something is
    std::vector<std::string> notes; // every fallback, as a sentence
    bool vision = false;            // images are understood
    int threads = 0;
    double loadSeconds = 0;                        // from the file to the first token that it could give
    std::map<std::string, std::int64_t> overheads; // fit::overheadOf each device of which it told something
};

// llama.cpp's server library behind a door of our own: one model, loopback only, one key. One in a process,
// because the engine has global state. Destroying it stops the server and unloads the model.
class EngineServer {
public:
    EngineServer();
    ~EngineServer();
    EngineServer(const EngineServer &) = delete;
    EngineServer &operator=(const EngineServer &) = delete;

    // Reads the header with our own reader, decides what fits, listens, loads; at most once. A stop ends it
    // while weights are read, or between two steps; a step may take seconds. Fails as HeaderCopy::make,
    // CompanionFiles::open and dryRun, or with OutOfMemory, Io (no port), Cancelled. REQUIRES:
    // installEngineLog() was called.
    [[nodiscard]] Result<ServerReady> load(const ServerRequest &request, const ProgressFn &progress,
                                           const std::stop_token &stop);

    // Answers requests until the stop, then ends the requests that are being answered and the listening, in
    // about a second after the batch that is being computed, which cannot be stopped. On any thread. Fails
    // with Device if the engine gave up. REQUIRES: load() succeeded; at most once.
    [[nodiscard]] Result<void> run(const std::stop_token &stop);

    // Of the newest requests, oldest first. Any thread. REQUIRES: load() succeeded.
    [[nodiscard]] std::vector<RequestPace> paces() const;

private:
    struct Engine;
    std::unique_ptr<Engine> m_engine;
};

} // namespace snug::llama
