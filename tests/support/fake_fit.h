// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace snug::test {

// Speaks the lines of `snug-cli fit MODEL --follow` about one made-up 8 B model on one made-up machine, with
// arithmetic that is plausible and consistent, not true. `manner` is a list of words joined by commas:
//
//   one, many      one level, or all 36 instead of those of a usual repository
//   checkpoint     no level exists; all would be made
//   preliminary    the first answer comes twice, before with only the levels that exist
//   cpu            the machine has no GPU
//   huge           the model is too large for the machine
//   experts        the model is a mixture of experts
//   names          model, maker, device and one level have very long names
//   unmeasured=F   no speed is known if the file F is not there
//   slow           an exact answer takes 60 ms
//   mute           never becomes ready
//   loading        says what it reads, and never becomes ready
//   hostile        answers with absurd figures, wrong types and endless texts
//   dies           aborts at every question
//   dies=F         aborts at the first question if the file F is not there; then makes it
//   gone, offline  ends with an error of its own
//
// A context above 1 000 000 is refused, so is a machine that nobody knows, and an exact answer with a
// projector whose path contains "broken", or with a KV cache of few bits without flash attention. Every
// question is appended to `log`, if that is not empty.
int followFit(const std::string &manner, const std::string &log);

} // namespace snug::test
