// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <QString>

namespace snug::ui {

// How a child ended that gave no answer of its own.
struct ChildEnding {
    bool crashed = false;
    int code = 0; // the signal (on Windows the exception) of a crash, otherwise the exit code
    QString log;  // the last lines of its error output
};

// Turns an ending without an answer into an error for a person: out of memory, killed, stopped by an
// assertion, a signal, an exit code, or silence.
[[nodiscard]] Error explainEnding(const ChildEnding &ending);

// "SIGSEGV"; empty for a number without a name.
[[nodiscard]] QString signalName(int number);

} // namespace snug::ui
