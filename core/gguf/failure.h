// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/random_reader.h"

#include <cstdint>
#include <string>
#include <string_view>

// The errors of the GGUF code. Every one has a detail "reason", a word that programs can tell apart.
namespace snug::gguf {

inline constexpr std::string_view kDownloadAgain = "Download the file again. If the fresh copy says the "
                                                   "same, the fault is its maker's: choose another file.";

// The file contradicts its format at `offset`; -1: at no one place.
[[nodiscard]] tl::unexpected<Error> corrupt(std::string_view reason, std::int64_t offset,
                                            std::string message);

// A number in the file is beyond a stated limit.
[[nodiscard]] tl::unexpected<Error> beyondLimit(std::string_view reason, std::int64_t limit,
                                                std::string message);

// `wanted` bytes from the beginning of the file are needed for `part` ("its list of tensors"), and they are
// not there: either the file ends before (reason "truncated"), or only its first part was fetched so far
// (reason "need_more_bytes", which a caller answers by fetching at least detail wanted_bytes and reading
// again).
[[nodiscard]] tl::unexpected<Error> endsTooEarly(const RandomReader &in, std::int64_t wanted,
                                                 std::string_view part);

// A count for people; also right above INT64_MAX.
[[nodiscard]] std::string countText(std::uint64_t count);

} // namespace snug::gguf
