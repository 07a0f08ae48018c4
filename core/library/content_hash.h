// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/sha256.h"

#include <functional>
#include <string_view>

namespace snug::library {

// The kind whose hexadecimal form is this long. REQUIRES: isContentHash(hash).
[[nodiscard]] inline download::HashKind hashKindOf(std::string_view hash)
{
    constexpr std::size_t kSha256Digits = 64;
    return hash.size() == kSha256Digits ? download::HashKind::Sha256 : download::HashKind::GitSha1;
}

// download::hashFile, or what stands in for it.
using HashFn = std::function<Result<std::string>(const std::filesystem::path &, download::HashKind,
                                                 const ProgressFn &, const std::stop_token &)>;

} // namespace snug::library
