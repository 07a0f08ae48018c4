// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/terminal_text.h"

#include <algorithm>

namespace snug::cli {
namespace {

// U+2400..U+241F are pictures of the control characters U+0000..U+001F.
std::string controlPicture(unsigned char control)
{
    const auto last = static_cast<char>(0x80U | (control & 0x3FU));
    return control == 0x7F ? "\u2421" : std::string("\xE2\x90") + last;
}

// `text` is valid UTF-8.
std::string withoutControls(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool c1 = byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (c1) {
            out += "\uFFFD";
            ++i;
        } else if ((byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r') || byte == 0x7F) {
            out += controlPicture(byte);
        } else if (byte != '\r') { // a lone one would let later text overwrite the line
            out += text[i];
        }
    }
    return out;
}

} // namespace

std::string TerminalText::feed(std::string_view bytes)
{
    return withoutControls(m_characters.feed(bytes));
}

std::string TerminalText::finish()
{
    return m_characters.finish();
}

std::string terminalText(std::string_view bytes)
{
    return withoutControls(chat::validUtf8(bytes));
}

std::string terminalLine(std::string_view bytes)
{
    std::string line = terminalText(bytes);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    return line;
}

} // namespace snug::cli
