// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/allocation.h"

#include <string>
#include <vector>

namespace snug::fit {

// Drivers do not always tell sense about their memory. Corrects what they said, so that nothing more is
// promised than there can be:
//   more free than there is in all    what there is in all is free
//   less than nothing free            nothing is free
//   no memory in all, but some free   as much as is free
//   nothing at all                    what main memory has where it shares that (as llama.cpp's own fit
//                                     does); else nothing is free
// Returns a sentence for each correction.
std::vector<std::string> correctReports(Allocation &allocation);

} // namespace snug::fit
