// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace snug::library {

enum class HashKind {
    Sha256,
    GitBlobSha1, // of "blob <length>\0" and the bytes: how the Hub names small files
};

// The kind whose hexadecimal form is this long. REQUIRES: isContentHash(hash).
[[nodiscard]] HashKind hashKindOf(std::string_view hash);

// The hash of a whole file in lower-case hexadecimal digits. Progress in bytes, stage "verifying". Fails with
// Cancelled, NotFound, Io.
[[nodiscard]] Result<std::string> hashFile(const std::filesystem::path &file, HashKind kind,
                                           const ProgressFn &progress, const std::stop_token &stop);

// hashFile, or what stands in for it.
using HashFn = std::function<Result<std::string>(const std::filesystem::path &, HashKind, const ProgressFn &,
                                                 const std::stop_token &)>;

} // namespace snug::library
