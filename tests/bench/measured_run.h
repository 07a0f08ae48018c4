// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>

namespace snug::bench {

struct MeasuredRun {
    int exitCode = -1;
    double seconds = 0;
    double processorSeconds = 0;    // of all its threads, with the system's work for it
    std::int64_t residentBytes = 0; // at most, mapped files included
    std::int64_t privateBytes =
        0; // at most, without mapped files; where the system does not tell, residentBytes
};

// Runs a program to its end; what it says is dropped. Nothing if it cannot be started. POSIX.
[[nodiscard]] std::optional<MeasuredRun> measureRun(const QString &program, const QStringList &arguments);

} // namespace snug::bench
