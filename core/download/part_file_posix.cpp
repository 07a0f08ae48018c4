// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/download/disk_space.h"
#include "core/download/part_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace snug::download {
namespace {

template <class Call> auto again(Call call)
{
    auto result = call();
    while (result < 0 && errno == EINTR)
        result = call();
    return result;
}

tl::unexpected<Error> failure(const std::filesystem::path &path, const char *what, int code,
                              std::int64_t wanted)
{
    if (code == ENOSPC || code == EDQUOT) {
        const auto volume = volumeOf(path);
        return tl::make_unexpected(noSpaceError(path, wanted, volume ? volume->freeBytes : 0));
    }
    return fail(
        ErrorKind::Io,
        fmt::format("{} could not be {}: {}.", toUtf8(path), what, std::generic_category().message(code)),
        {{"path", toUtf8(path)}}, "Check the disk and the permissions of the folder.");
}

// 0, or the reason. EOPNOTSUPP: this file system cannot take space beforehand.
int allocate(int descriptor, std::int64_t bytes)
{
#if defined(__linux__)
    // Not posix_fallocate: where the file system cannot, glibc writes to every block instead.
    return again([&] { return ::fallocate(descriptor, 0, 0, bytes); }) == 0 ? 0 : errno;
#elif defined(__APPLE__)
    fstore_t wish{F_ALLOCATEALL, F_PEOFPOSMODE, 0, bytes, 0};
    return ::fcntl(descriptor, F_PREALLOCATE, &wish) == 0 ? 0 : errno;
#else
    return ::posix_fallocate(descriptor, 0, bytes);
#endif
}

bool meansUnable(int code)
{
    return code == EOPNOTSUPP || code == ENOSYS || code == EINVAL || code == ENODEV;
}

} // namespace

Result<PartFile> PartFile::open(const std::filesystem::path &path, std::int64_t bytes)
{
    constexpr mode_t kMode = 0644;
    const int descriptor =
        again([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kMode); });
    if (descriptor < 0)
        return failure(path, "opened", errno, bytes);
    PartFile file(path, descriptor);
    struct stat status {};
    if (::fstat(descriptor, &status) != 0)
        return failure(path, "opened", errno, bytes);
    if (!S_ISREG(status.st_mode))
        return failure(path, "opened", EINVAL, bytes);
    if (auto reserved = file.reserve(bytes); !reserved)
        return tl::make_unexpected(std::move(reserved).error());
    return file;
}

Result<void> PartFile::reserve(std::int64_t bytes)
{
    const std::int64_t missing = bytes - allocatedBytes(m_path);
    if (missing > 0) {
        // Asked first, because some file systems fill the disk before they refuse.
        const auto volume = volumeOf(m_path);
        if (volume && volume->freeBytes < missing)
            return tl::make_unexpected(noSpaceError(m_path, missing, volume->freeBytes));
        if (const int code = allocate(static_cast<int>(m_handle), bytes); code != 0 && !meansUnable(code))
            return failure(m_path, "made", code, missing);
    }
    return resize(bytes);
}

PartFile::~PartFile()
{
    if (m_handle != kNone)
        ::close(static_cast<int>(m_handle));
}

Result<void> PartFile::writeAt(std::int64_t offset, std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t written =
            again([&] { return ::pwrite(static_cast<int>(m_handle), bytes.data(), bytes.size(), offset); });
        if (written <= 0)
            return failure(m_path, "written", written < 0 ? errno : EIO,
                           static_cast<std::int64_t>(bytes.size()));
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        offset += written;
    }
    return {};
}

Result<std::size_t> PartFile::readAt(std::int64_t offset, std::span<std::byte> into) const
{
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t got = again([&] {
            return ::pread(static_cast<int>(m_handle), into.data() + done, into.size() - done,
                           offset + static_cast<std::int64_t>(done));
        });
        if (got < 0)
            return failure(m_path, "read", errno, 0);
        if (got == 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

int PartFile::flush()
{
#if defined(__APPLE__)
    const int failed = again([&] { return ::fsync(static_cast<int>(m_handle)); });
#else
    const int failed = again([&] { return ::fdatasync(static_cast<int>(m_handle)); });
#endif
    return failed == 0 ? 0 : errno;
}

void PartFile::beginWriteback(std::int64_t offset, std::int64_t bytes)
{
#if defined(__linux__)
    (void)::sync_file_range(static_cast<int>(m_handle), offset, bytes, SYNC_FILE_RANGE_WRITE);
#else
    (void)offset, (void)bytes;
#endif
}

int PartFile::flushRange(std::int64_t offset, std::int64_t bytes)
{
#if defined(__linux__)
    constexpr unsigned kAll =
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    const int failed =
        again([&] { return ::sync_file_range(static_cast<int>(m_handle), offset, bytes, kAll); });
    return failed == 0 || meansUnable(errno) ? 0 : errno;
#else
    (void)offset, (void)bytes;
    return 0;
#endif
}

Result<void> PartFile::syncFailure() const
{
    if (const int code = m_syncFailure; code != 0)
        return failure(m_path, "written", code, 0);
    return {};
}

Result<void> PartFile::resize(std::int64_t bytes)
{
    if (again([&] { return ::ftruncate(static_cast<int>(m_handle), bytes); }) != 0)
        return failure(m_path, "resized", errno, bytes);
    return {};
}

} // namespace snug::download
