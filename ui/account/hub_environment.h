// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/worker/worker_command.h"

#include <QMap>
#include <QString>
#include <QStringList>

#include <functional>

namespace snug::ui {

// What a child that talks to the Hub gets beside our own environment: the token that a person entered, if
// there is one. Asked on the GUI thread whenever such a child starts; no other child is given it.
using HubEnvironment = std::function<QMap<QString, QString>()>;

// How a child that talks to the Hub is started; without a function it has our own environment alone.
[[nodiscard]] inline WorkerCommand hubCommand(const QString &program, const QStringList &arguments,
                                              const HubEnvironment &hub)
{
    WorkerCommand command{program, arguments, hub ? hub() : QMap<QString, QString>()};
    command.talksToHub = true;
    return command;
}

} // namespace snug::ui
