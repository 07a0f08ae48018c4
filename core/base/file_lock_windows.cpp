// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/file_lock.h"
#include "core/base/paths.h"

#include <fmt/format.h>

#include <system_error>
#include <windows.h>

namespace snug {

Result<std::optional<FileLock>> FileLock::tryAcquire(const std::filesystem::path &file)
{
    const auto lockError = [&file](DWORD code) {
        const auto reason = std::system_category().message(static_cast<int>(code));
        return fail(ErrorKind::Io, fmt::format("{} could not be locked: {}.", toUtf8(file), reason),
                    {{"path", toUtf8(file)}}, "Check the permissions of the folder.");
    };
    HANDLE handle = CreateFileW(file.c_str(), GENERIC_READ | GENERIC_WRITE,
                                FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_ALWAYS,
                                FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
    if (handle == INVALID_HANDLE_VALUE)
        return lockError(GetLastError());
    FileLock lock(reinterpret_cast<std::intptr_t>(handle));
    OVERLAPPED first{};
    if (LockFileEx(handle, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &first) != 0)
        return std::optional(std::move(lock));
    const DWORD code = GetLastError();
    if (code == ERROR_LOCK_VIOLATION || code == ERROR_IO_PENDING)
        return std::nullopt;
    if (code == ERROR_NOT_SUPPORTED || code == ERROR_INVALID_FUNCTION)
        return std::optional(std::move(lock));
    return lockError(code);
}

FileLock::~FileLock()
{
    if (m_handle != kNone)
        CloseHandle(reinterpret_cast<HANDLE>(m_handle));
}

} // namespace snug
