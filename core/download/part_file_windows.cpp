// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/download/disk_space.h"
#include "core/download/part_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <windows.h>

namespace snug::download {
namespace {

constexpr std::size_t kMostAtOnce = 1U << 30U; // ReadFile and WriteFile count in 32 bits

tl::unexpected<Error> failure(const std::filesystem::path &path, const char *what, DWORD code,
                              std::int64_t wanted)
{
    if (code == ERROR_DISK_FULL || code == ERROR_HANDLE_DISK_FULL) {
        const auto volume = volumeOf(path);
        return tl::make_unexpected(noSpaceError(path, wanted, volume ? volume->freeBytes : 0));
    }
    return fail(ErrorKind::Io,
                fmt::format("{} could not be {}: {}.", toUtf8(path), what,
                            std::system_category().message(static_cast<int>(code))),
                {{"path", toUtf8(path)}}, "Check the disk and the permissions of the folder.");
}

OVERLAPPED at(std::int64_t offset)
{
    OVERLAPPED place{};
    place.Offset = static_cast<DWORD>(offset & 0xFFFFFFFF);
    place.OffsetHigh = static_cast<DWORD>(offset >> 32);
    return place;
}

HANDLE handleOf(std::intptr_t handle)
{
    return reinterpret_cast<HANDLE>(handle);
}

} // namespace

Result<PartFile> PartFile::open(const std::filesystem::path &path, std::int64_t bytes)
{
    HANDLE handle =
        CreateFileW(path.c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr,
                    OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
    if (handle == INVALID_HANDLE_VALUE)
        return failure(path, "opened", GetLastError(), bytes);
    PartFile file(path, reinterpret_cast<std::intptr_t>(handle));
    if (auto reserved = file.reserve(bytes); !reserved)
        return tl::make_unexpected(std::move(reserved).error());
    return file;
}

Result<void> PartFile::reserve(std::int64_t bytes)
{
    const std::int64_t missing = bytes - allocatedBytes(m_path);
    if (missing > 0) {
        const auto volume = volumeOf(m_path);
        if (volume && volume->freeBytes < missing)
            return tl::make_unexpected(noSpaceError(m_path, missing, volume->freeBytes));
    }
    FILE_ALLOCATION_INFO wish{};
    wish.AllocationSize.QuadPart = bytes;
    if (SetFileInformationByHandle(handleOf(m_handle), FileAllocationInfo, &wish, sizeof(wish)) == 0) {
        const DWORD code = GetLastError();
        if (code == ERROR_DISK_FULL)
            return failure(m_path, "made", code, missing);
    }
    return resize(bytes);
}

PartFile::~PartFile()
{
    if (m_handle != kNone)
        CloseHandle(handleOf(m_handle));
}

Result<void> PartFile::writeAt(std::int64_t offset, std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        OVERLAPPED place = at(offset);
        DWORD written = 0;
        const auto size = static_cast<DWORD>(std::min(bytes.size(), kMostAtOnce));
        if (WriteFile(handleOf(m_handle), bytes.data(), size, &written, &place) == 0)
            return failure(m_path, "written", GetLastError(), static_cast<std::int64_t>(bytes.size()));
        bytes = bytes.subspan(written);
        offset += written;
    }
    return {};
}

Result<std::size_t> PartFile::readAt(std::int64_t offset, std::span<std::byte> into) const
{
    std::size_t done = 0;
    while (done < into.size()) {
        OVERLAPPED place = at(offset + static_cast<std::int64_t>(done));
        DWORD got = 0;
        const auto size = static_cast<DWORD>(std::min(into.size() - done, kMostAtOnce));
        if (ReadFile(handleOf(m_handle), into.data() + done, size, &got, &place) == 0) {
            if (GetLastError() == ERROR_HANDLE_EOF)
                break;
            return failure(m_path, "read", GetLastError(), 0);
        }
        if (got == 0)
            break;
        done += got;
    }
    return done;
}

int PartFile::flush()
{
    return FlushFileBuffers(handleOf(m_handle)) != 0 ? 0 : static_cast<int>(GetLastError());
}

void PartFile::beginWriteback(std::int64_t /*offset*/, std::int64_t /*bytes*/) {}

int PartFile::flushRange(std::int64_t /*offset*/, std::int64_t /*bytes*/)
{
    return 0;
}

Result<void> PartFile::syncFailure() const
{
    if (const int code = m_syncFailure; code != 0)
        return failure(m_path, "written", static_cast<DWORD>(code), 0);
    return {};
}

Result<void> PartFile::resize(std::int64_t bytes)
{
    FILE_END_OF_FILE_INFO end{};
    end.EndOfFile.QuadPart = bytes;
    if (SetFileInformationByHandle(handleOf(m_handle), FileEndOfFileInfo, &end, sizeof(end)) == 0)
        return failure(m_path, "resized", GetLastError(), bytes);
    return {};
}

} // namespace snug::download
