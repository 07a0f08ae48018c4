// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <string_view>

namespace snug::convert {

// Corrupt, reason bad_tokenizer, detail file. `why` ends a sentence.
[[nodiscard]] tl::unexpected<Error> badTokenizer(std::string_view file, std::string_view why);
// TooLarge, reason large_tokenizer, detail file.
[[nodiscard]] tl::unexpected<Error> largeTokenizer(std::string_view file);
// Unsupported, reason tokenizer, detail kind.
[[nodiscard]] tl::unexpected<Error> unknownTokenizer(std::string_view kind);

} // namespace snug::convert
