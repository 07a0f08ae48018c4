// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QMap>
#include <QString>

#include <functional>

namespace snug::ui {

// Variables for every child that computes; asked at each start.
using ChildEnvironment = std::function<QMap<QString, QString>()>;

[[nodiscard]] inline QMap<QString, QString> variablesOf(const ChildEnvironment &environment)
{
    return environment ? environment() : QMap<QString, QString>();
}

} // namespace snug::ui
