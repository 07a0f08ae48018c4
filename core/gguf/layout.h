// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"

namespace snug::gguf {

// The value of general.alignment, or the default. Fails with Corrupt (reason "bad_alignment").
[[nodiscard]] Result<std::uint32_t> alignmentOf(const std::vector<KeyValue> &values);

// `offset` (>= 0) rounded up; nullopt past INT64_MAX.
[[nodiscard]] std::optional<std::int64_t> aligned(std::int64_t offset, std::uint32_t alignment);

// Keys and tensor names occur once. Fails with Corrupt (reason "duplicate_key" or "duplicate_tensor").
[[nodiscard]] Result<void> checkUnique(const Header &header);

// Where the tensors say their data is: aligned, apart from one another, one directly after the other as
// llama.cpp demands, and inside the file. Fails with Corrupt (reason "misaligned", "overlap" or "overflow"),
// Unsupported (reason "gap"), or Truncated.
[[nodiscard]] Result<void> checkLayout(const Header &header);

} // namespace snug::gguf
