// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/situation.h"

// The sentences of suggestions: what an outcome gains over the situation, and what it costs.
namespace snug::fit {

[[nodiscard]] Suggestion lessContext(const Situation &situation, const Outcome &outcome);
[[nodiscard]] Suggestion moreContext(const Situation &situation, const Outcome &outcome);
[[nodiscard]] Suggestion smallerLevel(const Situation &situation, const Outcome &outcome);
[[nodiscard]] Suggestion betterLevel(const Situation &situation, const Outcome &outcome);
// A level together with another context, KV type or number of conversations.
[[nodiscard]] Suggestion combination(const Situation &situation, const Outcome &outcome);
[[nodiscard]] Suggestion coarserKv(const Situation &situation, const Outcome &outcome);
[[nodiscard]] Suggestion finerKv(const Situation &situation, const Outcome &outcome);
// The coarser type for the sake of a longer context.
[[nodiscard]] Suggestion coarserKvForContext(const Situation &situation, const Outcome &outcome);
[[nodiscard]] Suggestion otherLayers(const Situation &situation, const Outcome &outcome);
[[nodiscard]] Suggestion moreExpertsInMainMemory(const Situation &situation, const Outcome &outcome);
[[nodiscard]] Suggestion fewerExpertsInMainMemory(const Situation &situation, const Outcome &outcome);
[[nodiscard]] Suggestion fewerConversations(const Situation &situation, const Outcome &outcome);
[[nodiscard]] Suggestion otherDevices(const Situation &situation, const Outcome &outcome);

// "all 36 layers fit on the GPU", "31 of 36 layers fit on the GPU", "it fits in main memory".
[[nodiscard]] std::string whereItRuns(const FitAnswer &answer);

} // namespace snug::fit
