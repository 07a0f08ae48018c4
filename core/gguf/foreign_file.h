// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string_view>

namespace snug::gguf {

// How much of a file's beginning is worth showing to `notGguf`.
inline constexpr std::int64_t kForeignPrefixBytes = 1024;

// The error for a file of `fileBytes` that begins with `prefix` and is no GGUF file: says by content what it
// is instead.
[[nodiscard]] Error notGguf(std::string_view prefix, std::int64_t fileBytes);

} // namespace snug::gguf
