// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/sparse_copy.h"

#include "core/base/paths.h"
#include "core/gguf/failure.h"

#include <fmt/format.h>

#include <system_error>
#include <vector>

#if defined(_WIN32)
#include <windows.h>
#include <winioctl.h>
#else
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#endif

namespace snug::gguf {
namespace {

tl::unexpected<Error> writeError(const std::filesystem::path &path, const std::error_code &code,
                                 std::int64_t fileBytes)
{
    if (code == std::errc::no_space_on_device || code == std::errc::file_too_large)
        return fail(
            ErrorKind::NoSpace,
            fmt::format("The file system of {} cannot hold a sparse file of this length.", toUtf8(path)),
            {{"path", toUtf8(path)}, {"wanted_bytes", fileBytes}},
            "Set the folder for temporary files to another disk.");
    return fail(ErrorKind::Io, fmt::format("{} could not be written: {}.", toUtf8(path), code.message()),
                {{"path", toUtf8(path)}}, "Check the permissions of the folder.");
}

#if defined(_WIN32)

std::error_code lastError()
{
    return {static_cast<int>(GetLastError()), std::system_category()};
}

std::error_code writeAndExtend(HANDLE file, std::span<const std::byte> bytes, std::int64_t fileBytes)
{
    DWORD got = 0;
    // Without it NTFS would fill the hole with zeros. Where it is not supported, the file is merely slow to
    // make.
    DeviceIoControl(file, FSCTL_SET_SPARSE, nullptr, 0, nullptr, 0, &got, nullptr);
    while (!bytes.empty()) {
        const auto count = static_cast<DWORD>(std::min<std::size_t>(bytes.size(), 1U << 30));
        if (!WriteFile(file, bytes.data(), count, &got, nullptr))
            return lastError();
        bytes = bytes.subspan(got);
    }
    LARGE_INTEGER end;
    end.QuadPart = fileBytes;
    if (!SetFilePointerEx(file, end, nullptr, FILE_BEGIN) || !SetEndOfFile(file))
        return lastError();
    return {};
}

std::error_code createSparse(const std::filesystem::path &target, std::span<const std::byte> bytes,
                             std::int64_t fileBytes)
{
    const HANDLE file =
        CreateFileW(target.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE)
        return lastError();
    const auto error = writeAndExtend(file, bytes, fileBytes);
    CloseHandle(file);
    return error;
}

#else

std::error_code writeAndExtend(int file, std::span<const std::byte> bytes, std::int64_t fileBytes)
{
    while (!bytes.empty()) {
        const ssize_t got = ::write(file, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return {errno, std::generic_category()};
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
    if (::ftruncate(file, fileBytes) != 0)
        return {errno, std::generic_category()};
    return {};
}

std::error_code createSparse(const std::filesystem::path &target, std::span<const std::byte> bytes,
                             std::int64_t fileBytes)
{
    const int file = ::open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return {errno, std::generic_category()};
    auto error = writeAndExtend(file, bytes, fileBytes);
    if (::close(file) != 0 && !error)
        error = {errno, std::generic_category()};
    return error;
}

#endif

} // namespace

Result<void> writeSparse(std::span<const std::byte> headerBytes, std::int64_t fileBytes,
                         const std::filesystem::path &target)
{
    if (const auto error = createSparse(target, headerBytes, fileBytes)) {
        std::error_code ignored;
        std::filesystem::remove(target, ignored);
        return writeError(target, error, fileBytes);
    }
    return {};
}

Result<void> writeSparseCopy(RandomReader &source, const Header &header, const std::filesystem::path &target)
{
    // dataOffset passed the reader's limit on headers, so this is bounded.
    std::vector<std::byte> bytes(static_cast<std::size_t>(header.dataOffset));
    SNUG_TRY(const std::size_t got, source.readAt(0, bytes));
    if (got != bytes.size())
        return endsTooEarly(source, header.dataOffset, "its header");
    return writeSparse(bytes, header.dataEnd(), target);
}

} // namespace snug::gguf
