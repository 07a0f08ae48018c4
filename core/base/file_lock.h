// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>

namespace snug {

// An exclusive lock between processes, held until destruction: flock, on Windows LockFileEx over the first
// byte, which is what Python's filelock (and with it huggingface_hub) does. The file is made if there is none
// and is left behind, because removing it would let two processes hold two locks. It guards only against
// those who ask.
class FileLock {
public:
    // Waits until the lock is free. Fails with Cancelled, or Io where the file cannot be opened. On a file
    // system that knows no locks it succeeds at once.
    [[nodiscard]] static Result<FileLock> acquire(const std::filesystem::path &file,
                                                  const std::stop_token &stop);
    // nullopt if another holds it.
    [[nodiscard]] static Result<std::optional<FileLock>> tryAcquire(const std::filesystem::path &file);

    FileLock(FileLock &&other) noexcept;
    FileLock &operator=(FileLock &&other) noexcept;
    ~FileLock();

private:
    explicit FileLock(std::intptr_t handle) : m_handle(handle) {}

    static constexpr std::intptr_t kNone = -1;
    std::intptr_t m_handle = kNone; // a file descriptor, or a HANDLE
};

} // namespace snug
