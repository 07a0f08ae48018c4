// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace snug::ui {

[[nodiscard]] QString fromUtf8(std::string_view text);
[[nodiscard]] std::string toUtf8(const QString &text);
[[nodiscard]] QString fromPath(const std::filesystem::path &path);
[[nodiscard]] std::filesystem::path toPath(const QString &path);

// "0.45 GiB" where a unit that changes would hide what it is compared with; small ones as bytesText().
[[nodiscard]] QString gibText(std::int64_t bytes);

// "4.68 GiB", "16 384", "1 min 40 s": the texts of core/base/units.h.
[[nodiscard]] QString bytesText(std::int64_t bytes);
[[nodiscard]] QString countText(std::int64_t count);
[[nodiscard]] QString durationText(double seconds);

// The figure of a column whose head says GiB: three significant digits, "0.004", "7.16", "312".
[[nodiscard]] QString gibFigure(std::int64_t bytes);

} // namespace snug::ui
