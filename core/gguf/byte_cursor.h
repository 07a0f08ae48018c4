// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/little_endian.h"
#include "core/gguf/random_reader.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace snug::gguf {

// Reads a file from its beginning through one small buffer. Every step first asks whether the bytes are
// there, so that no caller allocates for bytes that are not; the answer otherwise is Truncated, or TooLarge
// past `limitBytes`.
class ByteCursor {
public:
    // Keeps a reference to `in`.
    ByteCursor(RandomReader &in, std::int64_t limitBytes);

    // What is being read, for messages: a string literal such as "its list of tensors".
    void enter(std::string_view part) { m_part = part; }

    [[nodiscard]] std::int64_t position() const { return m_position; }
    // Whether `bytes` more (>= 0) can be read.
    [[nodiscard]] Result<void> need(std::int64_t bytes) const;
    [[nodiscard]] Result<void> skip(std::int64_t bytes);
    // REQUIRES: `count` was compared with a limit of its own.
    [[nodiscard]] Result<std::string> text(std::int64_t count);
    template <Number T> [[nodiscard]] Result<T> number();

private:
    [[nodiscard]] Result<void> read(std::span<std::byte> into);
    [[nodiscard]] Result<void> refill();

    RandomReader &m_in;
    std::int64_t m_limit;
    std::string_view m_part = "its first bytes";
    std::int64_t m_position = 0;
    std::vector<std::byte> m_buffer;
    std::int64_t m_bufferStart = 0;
    std::int64_t m_bufferBytes = 0;
};

template <Number T> Result<T> ByteCursor::number()
{
    // A vocabulary has a million lengths: those that lie in the buffer are taken without asking again.
    constexpr std::int64_t kBytes = sizeof(T);
    const std::int64_t from = m_position - m_bufferStart;
    if (from >= 0 && from <= m_bufferBytes - kBytes && kBytes <= m_limit - m_position) {
        m_position += kBytes;
        return fromLittleEndian<T>(m_buffer.data() + from);
    }
    std::array<std::byte, sizeof(T)> bytes;
    if (auto done = read(bytes); !done)
        return tl::make_unexpected(std::move(done).error());
    return fromLittleEndian<T>(bytes.data());
}

} // namespace snug::gguf
