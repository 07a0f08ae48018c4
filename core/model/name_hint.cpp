// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/name_hint.h"

#include <algorithm>
#include <charconv>

namespace snug {
namespace {

constexpr double kMostParameters = 2e13;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The words between signs: "Qwen3-30B-A3B" -> "Qwen3", "30B", "A3B". A point belongs to a number.
template <class Visit> void eachWord(std::string_view name, const Visit &visit)
{
    std::size_t start = 0;
    for (std::size_t i = 0; i <= name.size(); ++i) {
        if (i < name.size() && (isDigit(name[i]) || isLetter(name[i]) || name[i] == '.'))
            continue;
        visit(name.substr(start, i - start));
        start = i + 1;
    }
}

std::optional<double> number(std::string_view text)
{
    double value = 0;
    const char *end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    if (error != std::errc() || stopped != end || value <= 0)
        return std::nullopt;
    return value;
}

// "7B", "0.5b", "560M", "8x7B"
std::optional<double> claim(std::string_view word)
{
    if (word.size() < 2 || !isDigit(word.front()))
        return std::nullopt;
    const char unit = word.back();
    const double scale = unit == 'B' || unit == 'b' ? 1e9 : unit == 'M' || unit == 'm' ? 1e6 : 0;
    if (scale == 0)
        return std::nullopt;
    word.remove_suffix(1);
    double times = 1;
    if (const auto cross = word.find_first_of("xX"); cross != std::string_view::npos) {
        const auto experts = number(word.substr(0, cross));
        if (!experts)
            return std::nullopt;
        times = *experts;
        word.remove_prefix(cross + 1);
    }
    const auto value = number(word);
    return value ? std::optional(*value * times * scale) : std::nullopt;
}

} // namespace

std::optional<std::int64_t> parametersInName(std::string_view name)
{
    double most = 0;
    eachWord(name, [&most](std::string_view word) { most = std::max(most, claim(word).value_or(0)); });
    if (most < 1 || most > kMostParameters)
        return std::nullopt;
    return static_cast<std::int64_t>(most);
}

} // namespace snug
