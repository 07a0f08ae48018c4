// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace snug::gguf {

// Bytes that can be read at any offset: a file, memory, or the first part of a file that lies on a server.
// Used by one thread at a time.
class RandomReader {
public:
    RandomReader() = default;
    RandomReader(const RandomReader &) = delete;
    RandomReader &operator=(const RandomReader &) = delete;
    virtual ~RandomReader() = default;

    // The length of the whole file in bytes, whether or not all of it is here.
    [[nodiscard]] virtual std::int64_t size() const = 0;

    // How many bytes from the beginning can be read now. Less than size() for a file of which only a first
    // part was fetched.
    [[nodiscard]] virtual std::int64_t available() const { return size(); }

    // Fills `into` from `offset` (>= 0) and returns how many bytes it got: fewer only at the end of what is
    // available. Fails with Io.
    [[nodiscard]] virtual Result<std::size_t> readAt(std::int64_t offset, std::span<std::byte> into) = 0;
};

// A regular file, opened for reading until destruction.
class FileReader final : public RandomReader {
public:
#if defined(_WIN32)
    using Handle = void *;
#else
    using Handle = int;
#endif

    // Fails with NotFound, Io, or InvalidArgument for what is no regular file (detail: reason "directory" or
    // "not_a_regular_file").
    [[nodiscard]] static Result<std::unique_ptr<FileReader>> open(const std::filesystem::path &path);
    ~FileReader() override;

    [[nodiscard]] std::int64_t size() const override
    {
        return m_size;
    }
    [[nodiscard]] Result<std::size_t> readAt(std::int64_t offset, std::span<std::byte> into) override;
    [[nodiscard]] Handle handle() const
    {
        return m_handle;
    }

private:
    FileReader(Handle handle, std::int64_t size, std::filesystem::path path);

    Handle m_handle;
    std::int64_t m_size;
    std::filesystem::path m_path;
};

// Bytes in memory, which it owns. With `fullSize` they are only the beginning of a file of that length.
class MemoryReader final : public RandomReader {
public:
    explicit MemoryReader(std::vector<std::byte> bytes);
    MemoryReader(std::vector<std::byte> bytes, std::int64_t fullSize);

    [[nodiscard]] std::int64_t size() const override { return m_fullSize; }
    [[nodiscard]] std::int64_t available() const override
    {
        return static_cast<std::int64_t>(m_bytes.size());
    }
    [[nodiscard]] Result<std::size_t> readAt(std::int64_t offset, std::span<std::byte> into) override;

private:
    std::vector<std::byte> m_bytes;
    std::int64_t m_fullSize;
};

} // namespace snug::gguf
