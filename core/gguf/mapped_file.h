// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <utility>

namespace snug::gguf {

// The bytes of a regular file, which the system brings into memory as they are read and may take out again,
// before others: it is told that they are read from the beginning to the end, once. Owns the mapping; any
// number of threads read. A file that another program cuts short meanwhile ends this
// one, and so does a disk that fails: only for a program whose death is an event to somebody else.
class MappedFile {
public:
    // All of it, for reading. Fails as FileReader::open.
    [[nodiscard]] static Result<MappedFile> open(const std::filesystem::path &path);

    MappedFile(MappedFile &&other) noexcept : m_bytes(std::exchange(other.m_bytes, {})) {}
    MappedFile &operator=(MappedFile &&other) noexcept
    {
        std::swap(m_bytes, other.m_bytes);
        return *this;
    }
    ~MappedFile();

    [[nodiscard]] std::span<const std::byte> bytes() const { return m_bytes; }

    // Part of bytes() that was read: it counts as memory of this program no longer, until it is read again.
    // Only advice; nothing for bytes that are others'.
    void release(std::span<const std::byte> part) const;

private:
    explicit MappedFile(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    std::span<const std::byte> m_bytes; // an empty file is not mapped
};

} // namespace snug::gguf
