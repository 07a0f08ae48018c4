// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/text.h"

#include "core/base/paths.h"
#include "core/base/units.h"

#include <algorithm>
#include <cmath>

namespace snug::ui {

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::string toUtf8(const QString &text)
{
    return text.toStdString();
}

QString fromPath(const std::filesystem::path &path)
{
    return fromUtf8(snug::toUtf8(path));
}

std::filesystem::path toPath(const QString &path)
{
    return snug::fromUtf8(path.toStdString());
}

QString bytesText(std::int64_t bytes)
{
    return fromUtf8(formatBytes(bytes));
}

QString countText(std::int64_t count)
{
    return fromUtf8(formatCount(count));
}

QString durationText(double seconds)
{
    return fromUtf8(formatDuration(seconds));
}

QString gibFigure(std::int64_t bytes)
{
    const double gib = static_cast<double>(bytes) / (1024.0 * 1024.0 * 1024.0);
    if (gib >= 99.95)
        return QString::number(gib, 'f', 0);
    if (gib >= 9.995)
        return QString::number(gib, 'f', 1);
    if (gib >= 0.0995)
        return QString::number(gib, 'f', 2);
    return QString::number(gib, 'f', 3);
}

QString gibText(std::int64_t bytes)
{
    constexpr std::int64_t kTenthOfGib = 107'374'183;
    return bytes < kTenthOfGib ? bytesText(bytes) : gibFigure(bytes) + QStringLiteral(" GiB");
}

} // namespace snug::ui
