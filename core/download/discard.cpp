// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/discard.h"

#include "core/base/paths.h"
#include "core/download/journal.h"
#include "core/download/part_lock.h"

#include <fmt/format.h>

#include <system_error>

namespace snug::download {
namespace {

// What is not there frees nothing.
Result<std::int64_t> removeFile(const std::filesystem::path &path)
{
    std::error_code code;
    const auto size = std::filesystem::file_size(path, code);
    const std::int64_t bytes = code ? 0 : static_cast<std::int64_t>(size);
    const bool removed = std::filesystem::remove(path, code);
    if (code)
        return fail(ErrorKind::Io, fmt::format("{} could not be removed: {}.", toUtf8(path), code.message()),
                    {{"path", toUtf8(path)}}, "Check the permissions of the folder.");
    return removed ? bytes : 0;
}

} // namespace

Result<std::int64_t> discardDownload(const std::filesystem::path &part, const std::filesystem::path &target,
                                     const std::stop_token &stop)
{
    constexpr std::chrono::seconds kPatience(3);
    std::error_code code;
    if (!std::filesystem::exists(part.parent_path(), code))
        return 0;
    SNUG_TRY(const FileLock lock, lockPart(part, toUtf8(part.filename()), kPatience, stop));
    removeJournal(journalPath(part)); // first: without the part it would tell of bytes that are not there
    SNUG_TRY(const std::int64_t unfinished, removeFile(part));
    SNUG_TRY(const std::int64_t finished, removeFile(target));
    return unfinished + finished;
}

} // namespace snug::download
