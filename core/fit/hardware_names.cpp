// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/hardware_names.h"

#include <algorithm>
#include <array>

namespace snug::fit {
namespace {

template <std::size_t N> bool isOneOf(std::string_view word, const std::array<std::string_view, N> &words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Not <cctype>: the language of the desktop must not matter.
bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool belongsToWord(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || c == '+';
}

} // namespace

std::vector<std::string> hardwareWords(std::string_view name)
{
    constexpr std::array<std::string_view, 12> kSilent = {"nvidia", "geforce", "amd",        "ati",
                                                          "intel",  "radeon",  "apple",      "graphics",
                                                          "gpu",    "tm",      "generation", "corporation"};
    std::vector<std::string> words;
    std::string word;
    int depth = 0;
    const auto finish = [&] {
        if (!word.empty() && !isOneOf(word, kSilent))
            words.push_back(word);
        word.clear();
    };
    for (const char raw : name) {
        const char c = lower(raw);
        if (c == '(' || c == ')') {
            finish();
            depth = c == '(' ? depth + 1 : std::max(0, depth - 1);
        } else if (depth > 0 || !belongsToWord(c)) {
            finish();
        } else {
            word += c;
        }
    }
    finish();
    return words;
}

bool isSizeWord(std::string_view word)
{
    return word.size() > 2 && word.size() < 7 && word.ends_with("gb") &&
           std::all_of(word.begin(), word.end() - 2, isDigit);
}

bool isVariantWord(std::string_view word)
{
    constexpr std::array<std::string_view, 20> kVariants = {
        "ti",  "super", "xt", "xtx", "gre", "laptop", "mobile", "max", "pro",  "ultra",
        "ada", "d",     "dd", "le",  "m",   "q",      "nvl",    "sxm", "pcie", "blackwell"};
    return isOneOf(word, kVariants);
}

} // namespace snug::fit
