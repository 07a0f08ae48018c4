// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/text.h"

#include <fmt/format.h>

#include <cstdint>

namespace snug::gguf {
namespace {

bool isContinuation(unsigned char byte)
{
    return (byte & 0xC0U) == 0x80U;
}

// How many bytes the lead byte announces; 0 if it leads nothing.
std::size_t announcedLength(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 3;
    if (lead >= 0xF0 && lead <= 0xF4)
        return 4;
    return 0;
}

// Bytes of the character that `bytes` (not empty) begins with; 0 if it is none.
std::size_t characterLength(std::string_view bytes)
{
    const auto at = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const std::size_t length = announcedLength(at(0));
    if (length == 0 || length > bytes.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if (!isContinuation(at(i)))
            return 0;
    }
    const bool overlong = (at(0) == 0xE0 && at(1) < 0xA0) || (at(0) == 0xF0 && at(1) < 0x90);
    const bool surrogate = at(0) == 0xED && at(1) > 0x9F;
    const bool tooHigh = at(0) == 0xF4 && at(1) > 0x8F;
    return overlong || surrogate || tooHigh ? 0 : length;
}

} // namespace

bool isUtf8(std::string_view bytes)
{
    while (!bytes.empty()) {
        const std::size_t length = characterLength(bytes);
        if (length == 0)
            return false;
        bytes.remove_prefix(length);
    }
    return true;
}

std::string escaped(std::string_view bytes, std::size_t limit)
{
    std::string out;
    while (!bytes.empty()) {
        if (out.size() >= limit)
            return out + "\u2026";
        const auto first = static_cast<unsigned char>(bytes.front());
        const std::size_t length = characterLength(bytes);
        if (length == 0 || first < 0x20 || first == 0x7F) {
            out += fmt::format("\\x{:02x}", first);
            bytes.remove_prefix(1);
        } else {
            out += bytes.substr(0, length);
            bytes.remove_prefix(length);
        }
    }
    return out;
}

} // namespace snug::gguf
