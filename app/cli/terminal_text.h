// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/utf8_stream.h"

#include <string>
#include <string_view>

namespace snug::cli {

// A stranger's text made harmless for a terminal: escape sequences and other control characters are shown as
// symbols instead of being obeyed, and what is no UTF-8 becomes U+FFFD. Line feeds and tabs stay.
class TerminalText {
public:
    [[nodiscard]] std::string feed(std::string_view bytes);
    [[nodiscard]] std::string finish();

private:
    chat::Utf8Stream m_characters;
};

[[nodiscard]] std::string terminalText(std::string_view bytes);
// The same on one line: line feeds and tabs become blanks.
[[nodiscard]] std::string terminalLine(std::string_view bytes);

} // namespace snug::cli
