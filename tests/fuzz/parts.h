// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/made_texts.h"

#include <initializer_list>
#include <string_view>

namespace snug::fuzz {

// What stands before the next zero byte; `text` is what stands behind it.
inline std::string_view takePart(std::string_view &text)
{
    const auto end = text.find('\0');
    const std::string_view part = text.substr(0, end);
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    return part;
}

// A part of `text` for each name; an empty one stands for no such file.
inline void takeFiles(test::MadeTexts &texts, std::initializer_list<const char *> names,
                      std::string_view text)
{
    for (const char *name : names) {
        if (const std::string_view part = takePart(text); !part.empty())
            texts.files.emplace(name, part);
    }
}

} // namespace snug::fuzz
