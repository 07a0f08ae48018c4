// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/remote_header.h"

#include "core/base/error_detail.h"
#include "core/base/units.h"
#include "core/gguf/limits.h"
#include "core/gguf/reader.h"

#include <algorithm>

namespace snug {
namespace {

// What is to be fetched next, after `error` said that `had` bytes are not enough.
std::int64_t nextBytes(const Error &error, std::int64_t had)
{
    constexpr std::int64_t kGrowth = 4;
    const auto *wanted = detailOf<std::int64_t>(error, "wanted_bytes");
    return std::min(std::max(had * kGrowth, wanted != nullptr ? *wanted : 0), kMostRemoteHeaderBytes);
}

} // namespace

Result<gguf::Header> readRemoteHeader(download::PrefixReader &file, const ProgressFn &progress,
                                      const std::stop_token &stop)
{
    gguf::Limits limits;
    limits.headerBytes = kMostRemoteHeaderBytes;
    for (std::int64_t wanted = kFirstLookBytes;;) {
        if (progress)
            progress({"fetching", file.available(), std::min(wanted, file.size()), Unit::Bytes});
        SNUG_CHECK(file.fetch(wanted, stop));
        auto header = gguf::readHeader(file, limits);
        if (header || !hasReason(header.error(), "need_more_bytes"))
            return header;
        if (wanted >= kMostRemoteHeaderBytes)
            return fail(ErrorKind::TooLarge,
                        "The header of the file is longer than " + formatBytes(kMostRemoteHeaderBytes) +
                            ", so it was not read from the server.",
                        {{"reason", std::string("large_header")}, {"limit", kMostRemoteHeaderBytes}},
                        "Download the file to look at it.");
        wanted = nextBytes(header.error(), wanted);
    }
}

} // namespace snug
