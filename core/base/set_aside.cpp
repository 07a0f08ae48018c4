// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/set_aside.h"

#include "core/base/paths.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <system_error>

namespace snug {
namespace {

constexpr int kMostSetAsideInASecond = 100;

} // namespace

Result<std::filesystem::path> setDatabaseAside(const std::filesystem::path &file,
                                               std::chrono::system_clock::time_point now)
{
    const std::string stamp = fmt::format("{:%Y%m%d-%H%M%S}", fmt::gmtime(now));
    std::filesystem::path aside;
    std::error_code failed;
    for (int i = 0; i < kMostSetAsideInASecond; ++i) {
        const std::string number = i == 0 ? std::string() : fmt::format("-{}", i);
        aside = file.parent_path() /
                fromUtf8(fmt::format("{}.damaged-{}{}", toUtf8(file.filename()), stamp, number));
        if (!std::filesystem::exists(aside, failed))
            break;
        aside.clear();
    }
    if (aside.empty())
        failed = std::make_error_code(std::errc::file_exists);
    else
        std::filesystem::rename(file, aside, failed);
    if (failed)
        return fail(ErrorKind::Io, "The damaged file could not be set aside.",
                    {{"path", toUtf8(file)}, {"reason", failed.message()}}, "Move the file away yourself.");
    for (const char *suffix : {"-wal", "-shm"}) {
        std::error_code ignored; // they need not exist
        std::filesystem::rename(file.native() + fromUtf8(suffix).native(),
                                aside.native() + fromUtf8(suffix).native(), ignored);
    }
    return aside;
}

} // namespace snug
