// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/part_lock.h"

#include "core/base/paths.h"
#include "core/base/stop_wait.h"

#include <fmt/format.h>

#include <optional>
#include <system_error>
#include <utility>

namespace snug::download {

Result<FileLock> lockPart(const std::filesystem::path &part, std::string_view name,
                          std::chrono::milliseconds patience, const std::stop_token &stop)
{
    constexpr std::chrono::milliseconds kBetweenTries(50);
    std::error_code ignored; // the lock tells it
    std::filesystem::create_directories(part.parent_path(), ignored);
    auto path = part;
    path += ".lock";
    const auto begun = std::chrono::steady_clock::now();
    for (;;) {
        SNUG_TRY(std::optional<FileLock> lock, FileLock::tryAcquire(path));
        if (lock)
            return *std::move(lock);
        if (std::chrono::steady_clock::now() - begun >= patience)
            return fail(ErrorKind::Io, fmt::format("{} is being downloaded already.", name),
                        {{"path", toUtf8(part)}, {"reason", std::string("busy")}},
                        "Wait for the other download, or stop it.");
        if (waitForStop(stop, kBetweenTries))
            return fail(ErrorKind::Cancelled, "Stopped while another download held the file.");
    }
}

} // namespace snug::download
