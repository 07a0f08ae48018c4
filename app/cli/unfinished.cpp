// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/unfinished.h"

#include "core/base/stop_wait.h"
#include "core/download/disk_space.h"
#include "core/download/journal.h"
#include "core/download/transfer.h"

#include <chrono>
#include <optional>
#include <system_error>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;

Result<FileLock> lockOf(const fs::path &part, const std::stop_token &stop)
{
    using namespace std::chrono_literals;
    constexpr auto kLook = 100ms;
    constexpr auto kPatience = 5s;
    for (auto waited = 0ms;; waited += kLook) {
        SNUG_TRY(std::optional<FileLock> lock, download::lockPart(part));
        if (lock)
            return *std::move(lock);
        if (waited >= kPatience)
            return fail(ErrorKind::Io, "The model is being downloaded just now, so nothing was thrown away.",
                        {{"reason", std::string("busy")}}, "Stop the download first.");
        if (waitForStop(stop, kLook))
            return fail(ErrorKind::Cancelled, "It was stopped; nothing was thrown away.");
    }
}

} // namespace

fs::path unfinishedFolder(const hub::Environment &hub, const VerbContext &context)
{
    auto own = context.paths.data / "downloads";
    const auto ownVolume = download::volumeOf(own);
    const auto cacheVolume = download::volumeOf(hub.cache);
    if (ownVolume && cacheVolume && ownVolume->id != cacheVolume->id)
        return hub.cache / ".snug-downloads";
    return own;
}

fs::path wholeOf(const fs::path &part)
{
    auto whole = part;
    whole.replace_extension(".whole");
    return whole;
}

Result<std::int64_t> discardUnfinished(const fs::path &part, const std::stop_token &stop)
{
    std::error_code code;
    if (!fs::exists(part.parent_path(), code))
        return 0;
    SNUG_TRY([[maybe_unused]] const FileLock lock, lockOf(part, stop));
    download::removeJournal(download::journalPath(part));
    std::int64_t freed = 0;
    for (const fs::path &path : {part, wholeOf(part)}) {
        const auto bytes = fs::file_size(path, code);
        if (!code && fs::remove(path, code))
            freed += static_cast<std::int64_t>(bytes);
    }
    return freed;
}

} // namespace snug::cli
