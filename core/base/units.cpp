// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/units.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

namespace snug {
namespace {

// Three significant digits: 4.68, 31.1, 312.
std::string significant(double value)
{
    if (value < 9.995)
        return fmt::format("{:.2f}", value);
    if (value < 99.95)
        return fmt::format("{:.1f}", value);
    return fmt::format("{:.0f}", value);
}

} // namespace

std::string formatBytes(std::int64_t bytes)
{
    constexpr std::array<std::string_view, 5> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB"};
    if (bytes < 0)
        return "-" + formatBytes(bytes == INT64_MIN ? INT64_MAX : -bytes);
    if (bytes < 1024)
        return fmt::format("{} B", bytes);
    double value = static_cast<double>(bytes) / 1024.0;
    std::size_t unit = 0;
    while (value >= 1023.5 && unit + 1 < kUnits.size()) {
        value /= 1024.0;
        ++unit;
    }
    return fmt::format("{} {}", significant(value), kUnits[unit]);
}

std::string formatCount(std::int64_t count)
{
    constexpr std::string_view kGroup = "\u202F";
    const bool negative = count < 0;
    std::string digits = fmt::format("{}", count);
    if (negative)
        digits.erase(0, 1);
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i != 0 && (digits.size() - i) % 3 == 0)
            out += kGroup;
        out += digits[i];
    }
    return negative ? "-" + out : out;
}

std::string formatParameters(std::int64_t parameters)
{
    const auto value = static_cast<double>(parameters);
    if (value >= 999.5e6)
        return significant(value / 1e9) + " B";
    if (value >= 999.5e3)
        return significant(value / 1e6) + " M";
    if (value >= 999.5)
        return significant(value / 1e3) + " K";
    return fmt::format("{}", parameters);
}

std::string formatDuration(double seconds)
{
    if (!(seconds >= 0))
        return "unknown";
    if (seconds < 0.0995)
        return fmt::format("{:.0f} ms", seconds * 1000);
    if (seconds < 9.95)
        return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    if (whole < 60)
        return fmt::format("{} s", whole);
    if (whole < 3600)
        return whole % 60 == 0 ? fmt::format("{} min", whole / 60)
                               : fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

} // namespace snug
