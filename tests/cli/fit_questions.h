// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLatin1String>
#include <QString>

// What the tests of `fit --follow` write and read.
namespace snug::test {

[[nodiscard]] inline QByteArray line(const QJsonObject &question)
{
    return QJsonDocument(question).toJson(QJsonDocument::Compact) + '\n';
}

// Empty if the answer has no such level.
[[nodiscard]] inline QJsonObject levelNamed(const QJsonObject &answer, QLatin1String label)
{
    const QJsonArray levels = answer[QStringLiteral("levels")].toArray();
    for (const auto &level : levels) {
        if (level.toObject()[QStringLiteral("label")] == label)
            return level.toObject();
    }
    return {};
}

} // namespace snug::test
