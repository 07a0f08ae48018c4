// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/card.h"

#include "core/hub/code_points.h"

#include <algorithm>

namespace snug::hub {
namespace {

// Valid UTF-8 (U+FFFD for what is none), no carriage returns, no NUL.
std::string cleaned(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const bool returns = bytes.starts_with("\r\n");
        const char32_t c = takeCodePoint(bytes);
        if (c == U'\r' && !returns)
            text += '\n';
        else if (c != U'\r' && c != U'\0')
            appendUtf8(text, c);
    }
    return text;
}

// Past the block between two lines "---" at the beginning: data about the card, not for people.
std::string_view withoutFrontMatter(std::string_view text)
{
    constexpr std::string_view kFence = "---\n";
    if (!text.starts_with(kFence))
        return text;
    auto end = text.find("\n---\n", kFence.size() - 1);
    if (end == std::string_view::npos)
        return text.ends_with("\n---") ? std::string_view() : text;
    text.remove_prefix(end + 5);
    return text.substr(std::min(text.find_first_not_of('\n'), text.size()));
}

} // namespace

Card cardOf(std::string_view readme)
{
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    Card card;
    if (readme.size() > static_cast<std::size_t>(kMaxCardBytes)) {
        readme = readme.substr(0, static_cast<std::size_t>(kMaxCardBytes));
        readme = readme.substr(0, readme.rfind('\n') + 1);
        card.cut = true;
    }
    if (readme.starts_with(kByteOrderMark))
        readme.remove_prefix(kByteOrderMark.size());
    card.text = withoutFrontMatter(cleaned(readme));
    return card;
}

} // namespace snug::hub
