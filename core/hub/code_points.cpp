// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/code_points.h"

#include "core/gguf/text.h"

#include <algorithm>

namespace snug::hub {
namespace {

std::size_t lengthFromLead(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead < 0xE0)
        return 2;
    return lead < 0xF0 ? 3 : 4;
}

} // namespace

char32_t takeCodePoint(std::string_view &text)
{
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lengthFromLead(lead);
    const std::string_view bytes = text.substr(0, std::min(length, text.size()));
    if (!gguf::isUtf8(bytes)) {
        text.remove_prefix(1);
        return 0xFFFD;
    }
    text.remove_prefix(length);
    if (length == 1)
        return lead;
    char32_t c = lead & (0x7FU >> length);
    for (const char byte : bytes.substr(1))
        c = (c << 6U) | (static_cast<unsigned char>(byte) & 0x3FU);
    return c;
}

void appendUtf8(std::string &text, char32_t c)
{
    const auto byte = [&text](char32_t bits) { text += static_cast<char>(static_cast<unsigned char>(bits)); };
    const auto tail = [&byte, c](unsigned shift) { byte(0x80U | ((c >> shift) & 0x3FU)); };
    if (c < 0x80) {
        byte(c);
    } else if (c < 0x800) {
        byte(0xC0U | (c >> 6U));
        tail(0);
    } else if (c < 0x10000) {
        byte(0xE0U | (c >> 12U));
        tail(6);
        tail(0);
    } else {
        byte(0xF0U | (c >> 18U));
        tail(12);
        tail(6);
        tail(0);
    }
}

} // namespace snug::hub
