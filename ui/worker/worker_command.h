// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QMap>
#include <QString>
#include <QStringList>

#include <chrono>

namespace snug::ui {

// How a child is started. Secrets go into `environment`, never into `arguments`. An access token for the Hub
// that is in our own environment reaches only a child that `talksToHub`.
struct WorkerCommand {
    QString program;
    QStringList arguments;
    QMap<QString, QString> environment; // added to ours
    // How long the child may take to leave after its input was closed, and again after it was terminated.
    std::chrono::milliseconds patience{3000};
    bool talksToHub = false;

    bool operator==(const WorkerCommand &) const = default;
};

} // namespace snug::ui
