// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace snug::download {

// Enough of a file to tell what it surely is not.
constexpr std::size_t kBeginningBytes = 64;

// The first bytes of the file at `path` of a repository: no pointer in place of an LFS file (git-lfs,
// docs/spec.md), no web page in place of a model, and the magic of a *.gguf. Protocol, reason "content".
[[nodiscard]] Result<void> checkBeginning(std::string_view path, std::span<const std::byte> beginning);

// The file may be a web page.
[[nodiscard]] bool isPagePath(std::string_view path);

} // namespace snug::download
