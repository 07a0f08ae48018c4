// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <span>

namespace snug::download {

// A file that is being fetched: all its space taken beforehand (where the file system can; sparse elsewhere),
// written at absolute offsets and never appended to. Reading and writing are positional, so several threads
// may use it at the same time; opening, resizing and closing are for one. Never follows a symbolic link.
class PartFile {
public:
    // Makes the file or opens the one that is there, keeping its bytes; then it has exactly that size. Fails
    // with NoSpace (wanted_bytes, free_bytes) before anything is written, or Io.
    [[nodiscard]] static Result<PartFile> open(const std::filesystem::path &path, std::int64_t bytes);

    PartFile(PartFile &&other) noexcept;
    PartFile &operator=(PartFile &&other) noexcept;
    ~PartFile();

    // All of them, or NoSpace or Io.
    [[nodiscard]] Result<void> writeAt(std::int64_t offset, std::span<const std::byte> bytes);
    // Fewer only at the end of the file.
    [[nodiscard]] Result<std::size_t> readAt(std::int64_t offset, std::span<std::byte> into) const;
    // What was written is on the disk afterwards, not only in the system's memory. Once it failed it fails
    // for ever, with the same error: the system tells a write that went wrong once and then takes the bytes
    // for written (fsync(2), "errors"), so that a later success would say nothing about them.
    [[nodiscard]] Result<void> sync();
    // Asks the system to begin bringing these bytes to the disk, so that a later sync has less left to wait
    // for. Only advice: no error, and nothing on systems that do it of their own accord.
    void beginWriteback(std::int64_t offset, std::int64_t bytes);
    // Waits until the system has brought these bytes to the disk, so that not too many wait for it; returns
    // at once on systems that cannot tell of a part. Says nothing about what a crash of the system leaves.
    // Fails as sync() and, like that, for ever.
    [[nodiscard]] Result<void> awaitWriteback(std::int64_t offset, std::int64_t bytes);
    // The error of the sync that failed, at once even while another is under way.
    [[nodiscard]] Result<void> syncFailure() const;
    // Cuts or grows it without taking space.
    [[nodiscard]] Result<void> resize(std::int64_t bytes);

    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }

private:
    PartFile(std::filesystem::path path, std::intptr_t handle) : m_path(std::move(path)), m_handle(handle) {}
    [[nodiscard]] Result<void> reserve(std::int64_t bytes);
    [[nodiscard]] int flush(); // 0, or the system's code
    [[nodiscard]] int flushRange(std::int64_t offset, std::int64_t bytes);

    static constexpr std::intptr_t kNone = -1;
    std::filesystem::path m_path;
    std::intptr_t m_handle = kNone; // a file descriptor, or a HANDLE
    std::mutex m_syncing;           // who waits for a sync that fails fails too
    std::atomic<int> m_syncFailure = 0;
};

} // namespace snug::download
