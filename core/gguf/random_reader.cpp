// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/random_reader.h"

#include "core/base/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#if defined(_WIN32)
#include <windows.h>
#else
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace snug::gguf {
namespace {

tl::unexpected<Error> openError(const std::filesystem::path &path, const std::error_code &code)
{
    if (code == std::errc::no_such_file_or_directory || code == std::errc::not_a_directory)
        return fail(ErrorKind::NotFound, fmt::format("There is no file {}.", toUtf8(path)),
                    {{"path", toUtf8(path)}}, "Check the name; a file that was moved must be chosen again.");
    return fail(ErrorKind::Io, fmt::format("{} cannot be opened: {}.", toUtf8(path), code.message()),
                {{"path", toUtf8(path)}}, "Check the permissions of the file and of its folder.");
}

tl::unexpected<Error> readError(const std::filesystem::path &path, std::int64_t offset,
                                const std::error_code &code)
{
    return fail(ErrorKind::Io,
                fmt::format("{} could not be read at byte {}: {}.", toUtf8(path), offset, code.message()),
                {{"path", toUtf8(path)}, {"offset", offset}},
                "Check the disk, or copy the file to another one.");
}

// Asked before opening, because opening a pipe would wait for its writer.
Result<void> checkRegular(const std::filesystem::path &path)
{
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status))
        return openError(path, error ? error : std::make_error_code(std::errc::no_such_file_or_directory));
    if (std::filesystem::is_directory(status))
        return fail(ErrorKind::InvalidArgument,
                    fmt::format("{} is a folder, not a model file.", toUtf8(path)),
                    {{"path", toUtf8(path)}, {"reason", "directory"}}, "Choose a file inside it.");
    if (!std::filesystem::is_regular_file(status))
        return fail(ErrorKind::InvalidArgument, fmt::format("{} is not a regular file.", toUtf8(path)),
                    {{"path", toUtf8(path)}, {"reason", "not_a_regular_file"}},
                    "Copy the model to an ordinary file first.");
    return {};
}

} // namespace

FileReader::FileReader(Handle handle, std::int64_t size, std::filesystem::path path)
    : m_handle(handle), m_size(size), m_path(std::move(path))
{
}

#if defined(_WIN32)

namespace {

std::error_code lastError()
{
    return {static_cast<int>(GetLastError()), std::system_category()};
}

} // namespace

Result<std::unique_ptr<FileReader>> FileReader::open(const std::filesystem::path &path)
{
    if (auto regular = checkRegular(path); !regular)
        return tl::make_unexpected(std::move(regular).error());
    const HANDLE handle =
        CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle == INVALID_HANDLE_VALUE)
        return openError(path, lastError());
    LARGE_INTEGER size;
    if (!GetFileSizeEx(handle, &size)) {
        const auto error = lastError();
        CloseHandle(handle);
        return openError(path, error);
    }
    return std::unique_ptr<FileReader>(new FileReader(handle, size.QuadPart, path));
}

FileReader::~FileReader()
{
    CloseHandle(m_handle);
}

Result<std::size_t> FileReader::readAt(std::int64_t offset, std::span<std::byte> into)
{
    std::size_t done = 0;
    while (done < into.size()) {
        const auto at = static_cast<std::uint64_t>(offset) + done;
        OVERLAPPED place = {};
        place.Offset = static_cast<DWORD>(at);
        place.OffsetHigh = static_cast<DWORD>(at >> 32);
        const auto wanted = static_cast<DWORD>(std::min<std::size_t>(into.size() - done, 1U << 30));
        DWORD got = 0;
        if (!ReadFile(m_handle, into.data() + done, wanted, &got, &place) &&
            GetLastError() != ERROR_HANDLE_EOF)
            return readError(m_path, static_cast<std::int64_t>(at), lastError());
        if (got == 0)
            break;
        done += got;
    }
    return done;
}

#else

Result<std::unique_ptr<FileReader>> FileReader::open(const std::filesystem::path &path)
{
    if (auto regular = checkRegular(path); !regular)
        return tl::make_unexpected(std::move(regular).error());
    // Not blocking: the name may have become a pipe since it was looked at.
    const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (handle < 0)
        return openError(path, {errno, std::generic_category()});
    struct stat status = {};
    if (::fstat(handle, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(handle);
        return openError(path, std::make_error_code(std::errc::invalid_argument));
    }
    return std::unique_ptr<FileReader>(new FileReader(handle, status.st_size, path));
}

FileReader::~FileReader()
{
    ::close(m_handle);
}

Result<std::size_t> FileReader::readAt(std::int64_t offset, std::span<std::byte> into)
{
    std::size_t done = 0;
    while (done < into.size()) {
        const auto at = static_cast<std::int64_t>(static_cast<std::uint64_t>(offset) + done);
        const ssize_t got = ::pread(m_handle, into.data() + done, into.size() - done, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return readError(m_path, at, {errno, std::generic_category()});
        if (got == 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

#endif

MemoryReader::MemoryReader(std::vector<std::byte> bytes)
    : m_bytes(std::move(bytes)), m_fullSize(static_cast<std::int64_t>(m_bytes.size()))
{
}

MemoryReader::MemoryReader(std::vector<std::byte> bytes, std::int64_t fullSize)
    : m_bytes(std::move(bytes)), m_fullSize(std::max(fullSize, static_cast<std::int64_t>(m_bytes.size())))
{
}

Result<std::size_t> MemoryReader::readAt(std::int64_t offset, std::span<std::byte> into)
{
    if (offset < 0 || offset >= available())
        return 0;
    const auto count = std::min(into.size(), m_bytes.size() - static_cast<std::size_t>(offset));
    if (count != 0)
        std::memcpy(into.data(), m_bytes.data() + offset, count);
    return count;
}

} // namespace snug::gguf
