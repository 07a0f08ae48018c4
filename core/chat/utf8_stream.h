// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace snug::chat {

// Makes whole characters of bytes that arrive in arbitrary pieces: half a character at the end of a piece
// waits for the next one, and what is no UTF-8 becomes U+FFFD. Keeps at most three bytes.
class Utf8Stream {
public:
    // The whole characters known so far.
    [[nodiscard]] std::string feed(std::string_view bytes);
    // What was held back when the stream ends: U+FFFD, or nothing.
    [[nodiscard]] std::string finish();

private:
    std::string m_held;
};

// The whole of `bytes` as valid UTF-8.
[[nodiscard]] std::string validUtf8(std::string_view bytes);

// The longest beginning of `text` (valid UTF-8) that has at most `limitBytes` and does not end inside a
// character.
[[nodiscard]] std::string_view cutUtf8(std::string_view text, std::size_t limitBytes);

} // namespace snug::chat
