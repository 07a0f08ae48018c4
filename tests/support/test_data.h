// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace snug::test {

// A file below SNUG_TEST_DATA; empty if it is not there, which a test answers with QSKIP and a reason.
[[nodiscard]] QString dataFile(const QString &relativePath);

// A program of the build, for example "snug-cli".
[[nodiscard]] QString program(const QString &name);

} // namespace snug::test
