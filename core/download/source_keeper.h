// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/poller.h"
#include "core/download/transfer.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace snug::download {

// The address of the moment, shared by all connections. Asks the resolver on a thread of its own, because
// bodies under way go on meanwhile, and lets nothing through that is not the file as it was first seen.
class SourceKeeper {
public:
    // All outlive it. `etag`: of the bytes that an earlier run left; empty if there are none.
    SourceKeeper(const FileRequest &request, const Options &options, Poller &poller, std::string etag);

    // Counts how often the address was told; 0: not yet. What failed at an older one needs no new one.
    [[nodiscard]] int generation() const { return m_generation; }
    // REQUIRES: generation() > 0.
    [[nodiscard]] const Source &source() const { return *m_source; }
    // Known size: asked for, or told; kUnknown.
    [[nodiscard]] std::int64_t bytes() const { return m_bytes; }
    [[nodiscard]] const std::string &etag() const { return m_etag; }

    [[nodiscard]] bool resolving() const { return m_resolving; }
    // Time for a new address, before requests to this one begin to fail; at most once a minute.
    [[nodiscard]] bool due() const;
    // REQUIRES: !resolving().
    void resolve();
    // What became of it, once: nullopt while it is under way. Protocol with reason "changed" if another file
    // is there now.
    [[nodiscard]] std::optional<Result<void>> collect();

private:
    [[nodiscard]] Result<void> check(const Source &source);

    const FileRequest &m_request;
    const Options &m_options;
    Poller &m_poller;
    std::optional<Source> m_source;
    Clock::Time m_resolved{};
    int m_generation = 0;
    std::int64_t m_bytes;
    std::string m_etag;
    std::string m_commit;
    bool m_resolving = false;
    std::mutex m_mutex;
    std::optional<Result<Source>> m_answer;
    std::jthread m_thread; // last: it uses the others
};

} // namespace snug::download
