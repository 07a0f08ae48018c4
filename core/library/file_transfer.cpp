// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/file_transfer.h"

#include "core/base/paths.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <vector>

#if defined(_WIN32)
#include <io.h>
#else
#include <unistd.h>
#endif

namespace snug::library {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunkBytes = std::size_t{1} << 20U;

struct CloseFile {
    void operator()(std::FILE *file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// "x" refuses a file that is there already.
File openFile(const fs::path &path, const char *mode)
{
#if defined(_WIN32)
    return File(_wfopen(path.c_str(), fs::path(mode).c_str()));
#else
    return File(std::fopen(path.c_str(), mode));
#endif
}

bool flushToDisk(std::FILE *file)
{
    if (std::fflush(file) != 0)
        return false;
#if defined(_WIN32)
    return _commit(_fileno(file)) == 0;
#else
    return fsync(fileno(file)) == 0;
#endif
}

std::error_code lastError()
{
    return {errno == 0 ? EIO : errno, std::generic_category()};
}

Result<void> pump(std::FILE *in, std::FILE *out, const fs::path &from, const fs::path &to, Progress progress,
                  const ProgressFn &report, const std::stop_token &stop)
{
    std::vector<char> buffer(kChunkBytes);
    for (;;) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Copying was stopped.");
        errno = 0;
        const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), in);
        if (count < buffer.size() && std::ferror(in) != 0)
            return fileError("could not be read", from, lastError());
        if (count == 0)
            break;
        if (std::fwrite(buffer.data(), 1, count, out) != count)
            return fileError("could not be written", to, lastError());
        progress.done += static_cast<std::int64_t>(count);
        if (report)
            report(progress);
    }
    if (progress.done != progress.total)
        return fail(ErrorKind::Io, fmt::format("{} changed while it was copied.", toUtf8(from)),
                    {{"path", toUtf8(from)}}, "Try again when no other program writes it.");
    if (!flushToDisk(out))
        return fileError("could not be written", to, lastError());
    return {};
}

} // namespace

tl::unexpected<Error> fileError(std::string_view what, const fs::path &path, const std::error_code &code)
{
    const bool full = code == std::errc::no_space_on_device;
    return fail(full ? ErrorKind::NoSpace : ErrorKind::Io,
                fmt::format("{} {}: {}.", toUtf8(path), what, code.message()), {{"path", toUtf8(path)}},
                full ? "Free some space on this disk." : "Check the disk and the permissions of the folder.");
}

Result<void> copyFile(const fs::path &from, const fs::path &to, std::string_view stage,
                      const ProgressFn &progress, const std::stop_token &stop)
{
    errno = 0;
    const File in = openFile(from, "rb");
    if (!in)
        return fileError("could not be read", from, lastError());
    std::error_code error;
    const std::uintmax_t bytes = fs::file_size(from, error);
    if (error)
        return fileError("could not be read", from, error);
    File out = openFile(to, "wbx");
    if (!out && errno == EEXIST)
        return fail(ErrorKind::InvalidArgument, fmt::format("{} is there already.", toUtf8(to)),
                    {{"path", toUtf8(to)}});
    if (!out)
        return fileError("could not be written", to, lastError());
    auto copied = pump(in.get(), out.get(), from, to,
                       {stage, 0, static_cast<std::int64_t>(bytes), Unit::Bytes}, progress, stop);
    out.reset();
    if (!copied)
        fs::remove(to, error);
    return copied;
}

Result<void> moveFile(const fs::path &from, const fs::path &to, const fs::path &temporary,
                      const ProgressFn &progress, const std::stop_token &stop)
{
    std::error_code error;
    fs::rename(from, to, error);
    if (!error)
        return {};
    if (error != std::errc::cross_device_link)
        return fileError("could not be moved into its place", from, error);
    fs::remove(temporary, error);
    SNUG_CHECK(copyFile(from, temporary, "copying", progress, stop));
    fs::rename(temporary, to, error);
    if (error) {
        const auto failed = fileError("could not be moved into its place", to, error);
        fs::remove(temporary, error);
        return failed;
    }
    fs::remove(from, error); // what is left of it is the downloader's to clear up
    return {};
}

} // namespace snug::library
