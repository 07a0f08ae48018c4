// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/quant/advice_table.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace snug::quant {

// A level that there is, or that could be made.
struct AdviceOffer {
    std::string level; // Level::name
    bool fits = false; // it runs here as it is asked for
    std::int64_t bytes = 0;
    std::optional<double> measured;  // mean KL divergence of this very model at this level
    std::optional<double> published; // the catalogue's
    std::string otherwise; // a sentence on how it could run here though it does not fit; may be empty
};

struct Advice {
    Workload workload = Workload::Chat;
    std::string level;              // to take; empty if nothing on offer will do
    bool fits = false;              // it runs here as it is asked for
    std::string text;               // sentences for people
    AdviceSource source;            // of the rule
    std::vector<std::string> notes; // what else is to be known of that level
};

// Which level to take for this work. `parameters` 0: unknown; levels on no rung of the ladder are never
// advised. A level will do if its divergence was measured for this model and is small enough for the work, or
// if nobody measured it and it has the bits that the rule names. In this order:
//   one that will do and fits: of the rule's rungs the highest, else a smaller one that measured well enough,
//   else a higher one
//   the rule's smallest level that will do, if it could run some other way
//   the best that fits, and what it costs
//   the rule's smallest level
// So a measured figure counts for more than the rule, in both directions, and the text says so.
[[nodiscard]] Advice advise(Workload workload, std::int64_t parameters, std::span<const AdviceOffer> offers);

// ADVICE of `fit`: workload, level, fits, text, source (its title), source_address, notes.
[[nodiscard]] nlohmann::json toJson(const Advice &advice);

} // namespace snug::quant
