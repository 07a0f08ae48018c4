// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/download/part_file.h"
#include "core/download/sha256.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace snug::download {

// Hashes a part file on a thread of its own while it grows: always behind what is allowed, so that little is
// left to do when the last byte arrives. Destroying it stops it.
class TrailingHash {
public:
    // `part` outlives it. Fails as Digest::start does.
    [[nodiscard]] static Result<std::unique_ptr<TrailingHash>> start(const PartFile &part, HashKind kind,
                                                                     std::int64_t bytes);

    // The file is right up to there.
    void allow(std::int64_t bytes);
    [[nodiscard]] std::int64_t hashedBytes() const { return m_hashed; }
    // Of the whole file, once it is over; an error where it could not be read.
    [[nodiscard]] std::optional<Result<std::string>> result() const;

    TrailingHash(const TrailingHash &) = delete;
    TrailingHash &operator=(const TrailingHash &) = delete;
    ~TrailingHash() = default;

private:
    TrailingHash(const PartFile &part, Digest digest, std::int64_t bytes);
    void run(const std::stop_token &stop);
    [[nodiscard]] Result<std::string> hashAll(const std::stop_token &stop);
    [[nodiscard]] std::int64_t waitForMore(const std::stop_token &stop);

    const PartFile &m_part;
    Digest m_digest;
    std::int64_t m_bytes;
    std::atomic<std::int64_t> m_hashed = 0;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_more;
    std::int64_t m_allowed = 0;
    std::optional<Result<std::string>> m_result;
    std::jthread m_thread; // last: it uses the others
};

} // namespace snug::download
