// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace snug::test {

// From now on this process and its children keep everything below `home` and find nothing of other programs
// but what lies there; no token is set, no keychain answers, and nobody answers as the Hub unless HF_ENDPOINT
// was set.
void isolateIn(const QString &home);

} // namespace snug::test
