// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/file_lock.h"
#include "core/base/paths.h"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace snug {
namespace {

bool meansNoLocks(int code)
{
    return code == ENOLCK || code == ENOSYS || code == EOPNOTSUPP || code == EINVAL;
}

tl::unexpected<Error> lockError(const std::filesystem::path &file, int code)
{
    return fail(
        ErrorKind::Io,
        fmt::format("{} could not be locked: {}.", toUtf8(file), std::generic_category().message(code)),
        {{"path", toUtf8(file)}}, "Check the permissions of the folder.");
}

} // namespace

Result<std::optional<FileLock>> FileLock::tryAcquire(const std::filesystem::path &file)
{
    constexpr mode_t kMode = 0644;
    int descriptor = -1;
    do {
        descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kMode);
    } while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0)
        return lockError(file, errno);
    FileLock lock(descriptor);
    int taken = 0;
    do {
        taken = ::flock(descriptor, LOCK_EX | LOCK_NB);
    } while (taken != 0 && errno == EINTR);
    if (taken != 0 && errno == EWOULDBLOCK)
        return std::nullopt;
    if (taken != 0 && !meansNoLocks(errno))
        return lockError(file, errno);
    // Some programs remove their lock files; a lock on a removed file guards nothing.
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || status.st_nlink == 0)
        return std::nullopt;
    return std::optional(std::move(lock));
}

FileLock::~FileLock()
{
    if (m_handle != kNone)
        ::close(static_cast<int>(m_handle));
}

} // namespace snug
