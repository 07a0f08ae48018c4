// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/utf8_stream.h"

#include <cstdint>

namespace snug::chat {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";

enum class Found { Character, Incomplete, Invalid };

struct Step {
    Found found = Found::Invalid;
    std::size_t length = 1;
};

// The allowed second bytes depend on the first (Unicode 15, table 3-7).
bool secondFits(unsigned char first, unsigned char second)
{
    switch (first) {
    case 0xE0:
        return second >= 0xA0 && second <= 0xBF;
    case 0xED:
        return second >= 0x80 && second <= 0x9F;
    case 0xF0:
        return second >= 0x90 && second <= 0xBF;
    case 0xF4:
        return second >= 0x80 && second <= 0x8F;
    default:
        return second >= 0x80 && second <= 0xBF;
    }
}

std::size_t announcedLength(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return 2;
    if (first >= 0xE0 && first <= 0xEF)
        return 3;
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

Step nextStep(std::string_view bytes)
{
    const auto at = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const std::size_t length = announcedLength(at(0));
    if (length == 0)
        return {};
    for (std::size_t i = 1; i < length; ++i) {
        if (i == bytes.size())
            return {Found::Incomplete, i};
        const bool fits = i == 1 ? secondFits(at(0), at(1)) : (at(i) & 0xC0U) == 0x80U;
        if (!fits)
            return {Found::Invalid, i};
    }
    return {Found::Character, length};
}

} // namespace

std::string Utf8Stream::feed(std::string_view bytes)
{
    m_held += bytes;
    std::string_view rest = m_held;
    std::string out;
    while (!rest.empty()) {
        const Step step = nextStep(rest);
        if (step.found == Found::Incomplete)
            break;
        out += step.found == Found::Character ? rest.substr(0, step.length) : kReplacement;
        rest.remove_prefix(step.length);
    }
    m_held.erase(0, m_held.size() - rest.size());
    return out;
}

std::string Utf8Stream::finish()
{
    const bool broken = !m_held.empty();
    m_held.clear();
    return std::string(broken ? kReplacement : std::string_view());
}

std::string validUtf8(std::string_view bytes)
{
    Utf8Stream stream;
    std::string text = stream.feed(bytes);
    return text + stream.finish();
}

std::string_view cutUtf8(std::string_view text, std::size_t limitBytes)
{
    if (text.size() <= limitBytes)
        return text;
    std::size_t end = limitBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return text.substr(0, end);
}

} // namespace snug::chat
