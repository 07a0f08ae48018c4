// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/file_lock.h"

#include "core/base/stop_wait.h"

#include <utility>

namespace snug {

Result<FileLock> FileLock::acquire(const std::filesystem::path &file, const std::stop_token &stop)
{
    constexpr std::chrono::milliseconds kBetweenTries(50);
    for (;;) {
        SNUG_TRY(std::optional<FileLock> lock, tryAcquire(file));
        if (lock)
            return *std::move(lock);
        if (waitForStop(stop, kBetweenTries))
            return fail(ErrorKind::Cancelled, "Stopped while another program held the file.");
    }
}

FileLock::FileLock(FileLock &&other) noexcept : m_handle(std::exchange(other.m_handle, kNone)) {}

FileLock &FileLock::operator=(FileLock &&other) noexcept
{
    std::swap(m_handle, other.m_handle);
    return *this;
}

} // namespace snug
