// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/server.h"

#include <thread>

namespace snug::cli {

// The engine answering on a thread of its own while this lives.
class RunningEngine {
public:
    explicit RunningEngine(llama::EngineServer &server)
        : m_thread([this, &server](const std::stop_token &stop) { m_ended = server.run(stop); })
    {
    }

    // Ends it; what went wrong with the engine itself, if anything did.
    Result<void> stop()
    {
        m_thread.request_stop();
        m_thread.join();
        return m_ended;
    }

private:
    Result<void> m_ended;
    std::jthread m_thread;
};

} // namespace snug::cli
