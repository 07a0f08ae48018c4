// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/situation.h"

#include <string>
#include <vector>

namespace snug::fit {

// What reaches a goal that is missed now, in the order of solve.h.
[[nodiscard]] std::vector<Suggestion> remedies(const Situation &situation, Goal goal);

// Nothing reaches even that it runs: how much the smallest that can be asked for lacks.
[[nodiscard]] std::string hopelessness(const Situation &situation);

} // namespace snug::fit
