// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace snug::gguf {

// Strictly: no overlong forms, no surrogates, nothing past U+10FFFF.
[[nodiscard]] bool isUtf8(std::string_view bytes);

// A stranger's bytes made fit for a message: control characters and what is no UTF-8 become \xNN, and what is
// longer than `limit` bytes is cut with an ellipsis.
[[nodiscard]] std::string escaped(std::string_view bytes, std::size_t limit = 80);

} // namespace snug::gguf
