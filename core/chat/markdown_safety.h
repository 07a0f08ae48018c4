// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace snug::chat {

// A model's Markdown made fit for Qt's Markdown text, which would load images from anywhere, obey HTML and
// offer links of every scheme: images become links to them, HTML is shown as it is written, links are only
// http, https and mailto, control characters are gone, nesting is bounded. Code keeps its content. The result
// is Markdown that reads the same to CommonMark and to md4c; an open code fence (the answer still arrives) is
// closed.
[[nodiscard]] std::string safeMarkdown(std::string_view source);

} // namespace snug::chat
