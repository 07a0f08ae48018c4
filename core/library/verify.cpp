// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/verify.h"

#include "core/base/paths.h"
#include "core/library/cache_layout.h"

#include <fmt/format.h>

namespace snug::library {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> mismatch(const fs::path &file, std::string_view wanted, const std::string &found,
                               std::string_view reason, std::string_view cause)
{
    return fail(ErrorKind::Checksum,
                fmt::format("{} {}, so its bytes are not the promised ones.", toUtf8(file), cause),
                {{"path", toUtf8(file)},
                 {"wanted", std::string(wanted)},
                 {"found", found},
                 {"reason", std::string(reason)}},
                "Remove the file and fetch or make it again.");
}

} // namespace

Result<void> verifyFile(const fs::path &file, std::string_view hash, const ProgressFn &progress,
                        const std::stop_token &stop, const HashFn &hasher)
{
    SNUG_TRY(const std::string found, hasher(file, hashKindOf(hash), progress, stop));
    if (found != hash)
        return mismatch(file, hash, found, "damaged", "is damaged");
    return {};
}

Result<Verified> verifyIndexed(Index &index, std::string_view path, std::int64_t nowMs,
                               const ProgressFn &progress, const std::stop_token &stop, const HashFn &hasher)
{
    SNUG_TRY(const std::optional<IndexedFile> known, index.find(path));
    const fs::path file = index.folder() / fromUtf8(path);
    const auto before = known ? stampOf(file) : std::nullopt;
    if (!before)
        return fail(ErrorKind::NotFound, "This file is not in the library.", {{"path", std::string(path)}});
    SNUG_TRY(std::string found, hasher(file, download::HashKind::Sha256, progress, stop));
    if (stampOf(file) != before)
        return fail(ErrorKind::Io, fmt::format("{} changed while it was read.", toUtf8(file)),
                    {{"path", toUtf8(file)}}, "Try again when no other program writes it.");
    if (!known->sha256.empty() && known->sha256 != found)
        return *before == known->stamp
                   ? mismatch(file, known->sha256, found, "damaged", "is damaged, probably by its disk")
                   : mismatch(file, known->sha256, found, "changed", "was changed by another program");
    if (!index.readOnly())
        SNUG_CHECK(index.setHash(path, *before, found, nowMs));
    return Verified{std::move(found), known->sha256.empty()};
}

Result<void> verifyCached(const CachedFile &file, const ProgressFn &progress, const std::stop_token &stop,
                          const HashFn &hasher)
{
    const std::string hash = toUtf8(file.blobPath.filename());
    if (!isContentHash(hash))
        return fail(
            ErrorKind::Unsupported,
            "The Hugging Face cache does not tell the checksum of this file, so it cannot be verified.",
            {{"path", toUtf8(file.snapshotPath)}, {"reason", "no_hash"}});
    return verifyFile(file.blobPath, hash, progress, stop, hasher);
}

} // namespace snug::library
