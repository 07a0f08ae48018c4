// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace snug::hub {

constexpr std::int64_t kMaxCardBytes = 1 << 20;

// The model's description, Markdown by a stranger: to be shown by a renderer that loads nothing and runs
// nothing.
struct Card {
    std::string text; // UTF-8, lines end with "\n", without the front matter
    bool cut = false; // there was more

    bool operator==(const Card &) const = default;
};

// Of the bytes of README.md, of which at most kMaxCardBytes count.
[[nodiscard]] Card cardOf(std::string_view readme);

} // namespace snug::hub
