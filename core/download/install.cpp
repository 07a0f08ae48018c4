// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/install.h"

#include "core/base/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace snug::download {

Result<void> install(const std::filesystem::path &part, const std::filesystem::path &target, Poller &poller,
                     StatusReporter &reporter)
{
    constexpr std::chrono::milliseconds kFirstWait(100);
    constexpr std::chrono::milliseconds kLongestWait(5000);
    constexpr std::chrono::milliseconds kMostWaits(60'000);
    reporter.enter(State::Installing);
    std::chrono::milliseconds waited(0);
    for (auto wait = kFirstWait;; wait = std::min(wait * 2, kLongestWait)) {
        std::error_code code;
        std::filesystem::create_directories(target.parent_path(), code);
        if (std::filesystem::exists(std::filesystem::symlink_status(target, code)))
            return fail(ErrorKind::InvalidArgument,
                        fmt::format("{} is there already and is another file.", toUtf8(target)),
                        {{"path", toUtf8(target)}}, "Move it away; nothing was overwritten.");
        std::filesystem::rename(part, target, code);
        if (!code)
            return {};
        const Error trouble{
            ErrorKind::Io,
            fmt::format("The file is complete and verified, but could not be moved to {}: {}.",
                        toUtf8(target), code.message()),
            {{"path", toUtf8(target)}},
            "Check the permissions of the folder, and whether another program holds the file."};
        if (waited >= kMostWaits)
            return tl::make_unexpected(trouble);
        reporter.waitFor(WaitReason::FileLock, kMostWaits - waited, trouble);
        poller.waitIdle(wait);
        waited += wait;
        if (poller.stopped())
            return fail(ErrorKind::Cancelled, "The download was stopped.");
    }
}

} // namespace snug::download
