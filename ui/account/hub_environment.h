// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QMap>
#include <QString>

#include <functional>

namespace snug::ui {

// What a child that talks to the Hub gets beside our own environment: the token that a person entered, if
// there is one. Asked on the GUI thread whenever such a child starts; no other child is given it.
using HubEnvironment = std::function<QMap<QString, QString>()>;

// Empty without a function.
[[nodiscard]] inline QMap<QString, QString> variablesOf(const HubEnvironment &hub)
{
    return hub ? hub() : QMap<QString, QString>();
}

} // namespace snug::ui
