// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/paths.h"

#include <QString>

namespace snug::desktop {

// `snug --self-test`: opens the window on an empty home, visits every page, closes. The exit code: 0, or 1
// when the QML of a page complained; the complaints are on stderr. REQUIRES: a QGuiApplication that has been
// set up.
[[nodiscard]] int selfTest(const QString &cli);

} // namespace snug::desktop
