// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/result.h"

#include <algorithm>
#include <array>

namespace snug {
namespace {

constexpr std::array kKindNames = {
    std::pair{ErrorKind::Cancelled, std::string_view("cancelled")},
    std::pair{ErrorKind::InvalidArgument, std::string_view("invalid_argument")},
    std::pair{ErrorKind::NotFound, std::string_view("not_found")},
    std::pair{ErrorKind::Io, std::string_view("io")},
    std::pair{ErrorKind::NoSpace, std::string_view("no_space")},
    std::pair{ErrorKind::Network, std::string_view("network")},
    std::pair{ErrorKind::Http, std::string_view("http")},
    std::pair{ErrorKind::Auth, std::string_view("auth")},
    std::pair{ErrorKind::RateLimited, std::string_view("rate_limited")},
    std::pair{ErrorKind::Checksum, std::string_view("checksum")},
    std::pair{ErrorKind::Truncated, std::string_view("truncated")},
    std::pair{ErrorKind::Corrupt, std::string_view("corrupt")},
    std::pair{ErrorKind::Unsupported, std::string_view("unsupported")},
    std::pair{ErrorKind::TooLarge, std::string_view("too_large")},
    std::pair{ErrorKind::OutOfMemory, std::string_view("out_of_memory")},
    std::pair{ErrorKind::Device, std::string_view("device")},
    std::pair{ErrorKind::WorkerCrashed, std::string_view("worker_crashed")},
    std::pair{ErrorKind::Protocol, std::string_view("protocol")},
    std::pair{ErrorKind::Internal, std::string_view("internal")},
};

} // namespace

std::string_view kindName(ErrorKind kind)
{
    const auto *entry = std::find_if(kKindNames.begin(), kKindNames.end(),
                                     [kind](const auto &pair) { return pair.first == kind; });
    return entry == kKindNames.end() ? "internal" : entry->second;
}

ErrorKind kindFromName(std::string_view name)
{
    const auto *entry = std::find_if(kKindNames.begin(), kKindNames.end(),
                                     [name](const auto &pair) { return pair.second == name; });
    return entry == kKindNames.end() ? ErrorKind::Internal : entry->first;
}

tl::unexpected<Error> fail(ErrorKind kind, std::string message,
                           std::vector<std::pair<std::string, Error::Value>> detail, std::string hint)
{
    return tl::make_unexpected(Error{kind, std::move(message), std::move(detail), std::move(hint)});
}

} // namespace snug
