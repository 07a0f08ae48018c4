// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/rule.h"

#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace snug::convert {

// ".weight" or ".bias", which a rule for stems takes over; empty if the name has neither.
[[nodiscard]] std::string_view endingOf(std::string_view name);

// The rules of an architecture by the names that they are for.
class RuleTable {
public:
    struct Match {
        const Rule *rule;        // lives as long as the table
        std::string_view ending; // of the name; to be added to Rule::to
    };

    explicit RuleTable(Rules rules);
    RuleTable(const RuleTable &) = delete;
    RuleTable &operator=(const RuleTable &) = delete;

    // Of a name with '#' for its numbers; empty if no rule is for it.
    [[nodiscard]] std::vector<Match> find(std::string_view pattern) const;

private:
    void take(std::string_view from, bool whole, std::string_view ending, std::vector<Match> &matches) const;

    Rules m_rules;
    std::unordered_map<std::string_view, std::vector<const Rule *>> m_byName;
};

} // namespace snug::convert
