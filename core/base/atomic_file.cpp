// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/atomic_file.h"

#include "core/base/paths.h"
#include "core/base/units.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <memory>
#include <random>
#include <system_error>
#include <utility>

#if defined(_WIN32)
#include <io.h>
#else
#include <unistd.h>
#endif

namespace snug {
namespace {

struct CloseFile {
    void operator()(std::FILE *file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

File openForWriting(const std::filesystem::path &path)
{
#if defined(_WIN32)
    return File(_wfopen(path.c_str(), L"wb"));
#else
    return File(std::fopen(path.c_str(), "wb"));
#endif
}

enum class Flush { ToSystem, ToDisk };

bool flush(std::FILE *file, Flush how)
{
    if (std::fflush(file) != 0)
        return false;
    if (how == Flush::ToSystem)
        return true;
#if defined(_WIN32)
    return _commit(_fileno(file)) == 0;
#else
    return fsync(fileno(file)) == 0;
#endif
}

tl::unexpected<Error> writeError(const std::filesystem::path &path, int code)
{
    const auto reason = std::generic_category().message(code);
    return fail(code == ENOSPC ? ErrorKind::NoSpace : ErrorKind::Io,
                fmt::format("{} could not be written: {}.", toUtf8(path), reason), {{"path", toUtf8(path)}},
                "Check the free space and the permissions of the folder.");
}

std::filesystem::path temporaryOf(std::filesystem::path path, Writers writers)
{
    if (writers == Writers::One)
        return unfinishedPath(std::move(path));
    path += fmt::format(".{:08x}.part", std::random_device{}());
    return path;
}

Result<void> replace(const std::filesystem::path &path, std::string_view content, Flush how, Writers writers)
{
    std::error_code error;
    if (path.has_parent_path())
        std::filesystem::create_directories(path.parent_path(), error);
    if (error)
        return writeError(path, error.value());

    const auto temporary = temporaryOf(path, writers);
    errno = 0;
    File file = openForWriting(temporary);
    if (!file)
        return writeError(path, errno);
    const bool written = std::fwrite(content.data(), 1, content.size(), file.get()) == content.size() &&
                         flush(file.get(), how);
    const int code = errno;
    file.reset();
    if (written) {
        std::filesystem::rename(temporary, path, error);
        if (!error)
            return {};
    }
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    return writeError(path, error ? error.value() : code);
}

} // namespace

std::filesystem::path unfinishedPath(std::filesystem::path path)
{
    path += ".new";
    return path;
}

Result<void> writeFileAtomically(const std::filesystem::path &path, std::string_view content, Writers writers)
{
    return replace(path, content, Flush::ToDisk, writers);
}

Result<void> replaceFile(const std::filesystem::path &path, std::string_view content, Writers writers)
{
    return replace(path, content, Flush::ToSystem, writers);
}

Result<std::string> readSmallFile(const std::filesystem::path &path, std::int64_t limitBytes)
{
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error)
        return fail(ErrorKind::NotFound, fmt::format("{} cannot be read: {}.", toUtf8(path), error.message()),
                    {{"path", toUtf8(path)}});
    if (size > static_cast<std::uintmax_t>(limitBytes))
        return fail(ErrorKind::TooLarge,
                    fmt::format("{} is larger than {}.", toUtf8(path), formatBytes(limitBytes)),
                    {{"path", toUtf8(path)}, {"limit", limitBytes}});
    std::string content(size, '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (!in && !in.eof())
        return fail(ErrorKind::Io, fmt::format("{} could not be read.", toUtf8(path)),
                    {{"path", toUtf8(path)}});
    content.resize(static_cast<std::size_t>(in.gcount()));
    return content;
}

} // namespace snug
