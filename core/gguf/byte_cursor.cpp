// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/byte_cursor.h"

#include "core/base/units.h"
#include "core/gguf/failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace snug::gguf {
namespace {

constexpr std::int64_t kBufferBytes = std::int64_t{64} * 1024;

} // namespace

ByteCursor::ByteCursor(RandomReader &in, std::int64_t limitBytes)
    : m_in(in)
    , m_limit(limitBytes)
    , m_buffer(static_cast<std::size_t>(std::min(kBufferBytes, in.available())))
{
}

Result<void> ByteCursor::need(std::int64_t bytes) const
{
    if (bytes > m_limit - m_position)
        return beyondLimit(
            "large_header", m_limit,
            fmt::format("The description of the model in this file is longer than {}, so it was not read.",
                        formatBytes(m_limit)));
    if (const std::int64_t end = m_position + bytes; end > m_in.available())
        return endsTooEarly(m_in, end, m_part);
    return {};
}

Result<void> ByteCursor::skip(std::int64_t bytes)
{
    if (auto there = need(bytes); !there)
        return there;
    m_position += bytes;
    return {};
}

Result<std::string> ByteCursor::text(std::int64_t count)
{
    if (auto there = need(count); !there)
        return tl::make_unexpected(std::move(there).error());
    std::string out(static_cast<std::size_t>(count), '\0');
    if (auto done = read(std::as_writable_bytes(std::span(out))); !done)
        return tl::make_unexpected(std::move(done).error());
    return out;
}

Result<void> ByteCursor::read(std::span<std::byte> into)
{
    if (auto there = need(static_cast<std::int64_t>(into.size())); !there)
        return there;
    while (!into.empty()) {
        if (m_position < m_bufferStart || m_position >= m_bufferStart + m_bufferBytes) {
            if (auto done = refill(); !done)
                return done;
        }
        const auto from = static_cast<std::size_t>(m_position - m_bufferStart);
        const auto count = std::min(into.size(), static_cast<std::size_t>(m_bufferBytes) - from);
        std::memcpy(into.data(), m_buffer.data() + from, count);
        into = into.subspan(count);
        m_position += static_cast<std::int64_t>(count);
    }
    return {};
}

Result<void> ByteCursor::refill()
{
    const std::int64_t left = m_in.available() - m_position;
    const auto count = std::min(m_buffer.size(), static_cast<std::size_t>(left));
    SNUG_TRY(const std::size_t got, m_in.readAt(m_position, std::span(m_buffer).first(count)));
    m_bufferStart = m_position;
    m_bufferBytes = static_cast<std::int64_t>(got);
    if (got == 0)
        return fail(ErrorKind::Io, "The file became shorter while it was read.",
                    {{"reason", "shrunk"}, {"offset", m_position}},
                    "Try again when nothing else writes to it.");
    return {};
}

} // namespace snug::gguf
