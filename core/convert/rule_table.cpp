// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/rule_table.h"

namespace snug::convert {

std::string_view endingOf(std::string_view name)
{
    for (const std::string_view ending : {".weight", ".bias"}) {
        if (name.ends_with(ending))
            return ending;
    }
    return {};
}

RuleTable::RuleTable(Rules rules) : m_rules(std::move(rules))
{
    for (const Rule &rule : m_rules)
        m_byName[rule.from].push_back(&rule);
}

void RuleTable::take(std::string_view from, bool whole, std::string_view ending,
                     std::vector<Match> &matches) const
{
    const auto found = m_byName.find(from);
    if (found == m_byName.end())
        return;
    for (const Rule *rule : found->second) {
        if (rule->to.empty() || endingOf(rule->to).empty() != whole)
            matches.push_back({rule, ending});
    }
}

std::vector<RuleTable::Match> RuleTable::find(std::string_view pattern) const
{
    std::vector<Match> matches;
    take(pattern, true, {}, matches);
    const std::string_view ending = endingOf(pattern);
    if (matches.empty() && !ending.empty())
        take(pattern.substr(0, pattern.size() - ending.size()), false, ending, matches);
    return matches;
}

} // namespace snug::convert
