// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/fit_session.h"

namespace snug::cli {

// Answers questions from stdin, one JSON object a line (see FitQuery), until its end:
//
//   ready    what is known without a question
//   fit      id, all levels at once, roughly; once more where this was preliminary, because more of the model
//            had to be fetched first
//   level    id, one level exactly; for each one that was asked for
//   suggestions id, level, what else could be asked for of the first of these
//   answered id
//   refused  id, error: the question makes no sense, or a level cannot be answered
//
// A question that comes while another of the same asker is being answered ends that answer, also where it
// waits for the network; those of different askers are all answered, what needs neither engine nor network
// first. Without --json there is nobody to follow. `usual` stands in for what a question leaves out. Fails
// with Cancelled.
[[nodiscard]] Result<nlohmann::json> followQuestions(FitSession &session, const FitQuery &usual,
                                                     const VerbContext &context);

} // namespace snug::cli
