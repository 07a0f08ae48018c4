// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/trailing_hash.h"

#include "core/base/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace snug::download {

Result<std::unique_ptr<TrailingHash>> TrailingHash::start(const PartFile &part, HashKind kind,
                                                          std::int64_t bytes)
{
    SNUG_TRY(Digest digest, Digest::start(kind, bytes));
    return std::unique_ptr<TrailingHash>(new TrailingHash(part, std::move(digest), bytes));
}

TrailingHash::TrailingHash(const PartFile &part, Digest digest, std::int64_t bytes)
    : m_part(part)
    , m_digest(std::move(digest))
    , m_bytes(bytes)
    , m_thread([this](const std::stop_token &stop) { run(stop); })
{
}

void TrailingHash::allow(std::int64_t bytes)
{
    {
        const std::lock_guard lock(m_mutex);
        if (bytes <= m_allowed)
            return;
        m_allowed = bytes;
    }
    m_more.notify_one();
}

std::optional<Result<std::string>> TrailingHash::result() const
{
    const std::lock_guard lock(m_mutex);
    return m_result;
}

void TrailingHash::run(const std::stop_token &stop)
{
    Result<std::string> result = hashAll(stop);
    const std::lock_guard lock(m_mutex);
    m_result = std::move(result);
}

// Up to where it may read; 0 after a stop.
std::int64_t TrailingHash::waitForMore(const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    const bool more = m_more.wait(lock, stop, [this] { return m_allowed > m_hashed; });
    return more && !stop.stop_requested() ? m_allowed : 0;
}

Result<std::string> TrailingHash::hashAll(const std::stop_token &stop)
{
    constexpr std::int64_t kReadBytes = 512 * 1024;
    std::vector<std::byte> buffer(kReadBytes);
    while (m_hashed < m_bytes) {
        const std::int64_t allowed = waitForMore(stop);
        if (allowed == 0)
            return fail(ErrorKind::Cancelled, "The check was cancelled.");
        while (m_hashed < allowed && !stop.stop_requested()) {
            const auto wish = static_cast<std::size_t>(std::min(kReadBytes, allowed - m_hashed));
            SNUG_TRY(const std::size_t got, m_part.readAt(m_hashed, std::span(buffer).first(wish)));
            if (got < wish)
                return fail(ErrorKind::Truncated,
                            fmt::format("{} got shorter while it was fetched.", toUtf8(m_part.path())),
                            {{"path", toUtf8(m_part.path())}, {"wanted_bytes", m_bytes}});
            m_digest.update(std::span(buffer).first(got));
            m_hashed += static_cast<std::int64_t>(got);
        }
    }
    return m_digest.finish();
}

} // namespace snug::download
