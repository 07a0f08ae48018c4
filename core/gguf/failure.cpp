// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/failure.h"

#include "core/base/units.h"

#include <fmt/format.h>

namespace snug::gguf {

tl::unexpected<Error> corrupt(std::string_view reason, std::int64_t offset, std::string message)
{
    std::vector<std::pair<std::string, Error::Value>> detail = {{"reason", std::string(reason)}};
    if (offset >= 0)
        detail.emplace_back("offset", offset);
    return fail(ErrorKind::Corrupt, std::move(message), std::move(detail), std::string(kDownloadAgain));
}

tl::unexpected<Error> beyondLimit(std::string_view reason, std::int64_t limit, std::string message)
{
    return fail(ErrorKind::TooLarge, std::move(message), {{"reason", std::string(reason)}, {"limit", limit}},
                std::string(kDownloadAgain));
}

tl::unexpected<Error> endsTooEarly(const RandomReader &in, std::int64_t wanted, std::string_view part)
{
    if (wanted <= in.size())
        return fail(ErrorKind::Truncated,
                    fmt::format("The first {} of the file are not enough to read {}: at least {} are needed.",
                                formatBytes(in.available()), part, formatBytes(wanted)),
                    {{"reason", "need_more_bytes"},
                     {"wanted_bytes", wanted},
                     {"available_bytes", in.available()},
                     {"file_bytes", in.size()}},
                    "Fetch more of the file and read it again.");
    return fail(
        ErrorKind::Truncated,
        fmt::format("The file ends at byte {}, inside {}, so it is not complete. Nothing was changed.",
                    formatCount(in.size()), part),
        {{"reason", "truncated"}, {"wanted_bytes", wanted}, {"file_bytes", in.size()}}, "Download it again.");
}

std::string countText(std::uint64_t count)
{
    if (count > static_cast<std::uint64_t>(INT64_MAX))
        return fmt::format("{}", count);
    return formatCount(static_cast<std::int64_t>(count));
}

} // namespace snug::gguf
