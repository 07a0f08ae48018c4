// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/situation.h"

#include <vector>

namespace snug::fit {

// What else there is room for where it runs as well as it can, in the order of solve.h; of a model that is
// not wholly on the GPU though there is one, only a longer context.
[[nodiscard]] std::vector<Suggestion> improvements(const Situation &situation);

} // namespace snug::fit
