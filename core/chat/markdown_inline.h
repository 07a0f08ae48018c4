// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace snug::chat {

// The part of safeMarkdown inside one line: `text` is valid UTF-8 without line ends and container marks.
// Code spans are whole on one line or are none, so that a mark on another line cannot change their meaning.
[[nodiscard]] std::string safeInline(std::string_view text);

} // namespace snug::chat
