// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/advice_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace snug::embedded {
extern const std::string_view adviceTable;
}

namespace snug::quant {
namespace {

constexpr std::array<std::string_view, kWorkloads.size()> kWorkloadNames = {"chat", "code", "maths",
                                                                            "high_stakes"};

const QualityWord *wordFor(double divergence)
{
    const auto &words = adviceTable().words;
    const auto found = std::find_if(words.begin(), words.end(), [divergence](const QualityWord &word) {
        return !word.upTo || divergence <= *word.upTo;
    });
    return found == words.end() ? nullptr : &*found;
}

bool contains(const std::vector<Family> &families, Family family)
{
    return std::find(families.begin(), families.end(), family) != families.end();
}

} // namespace

std::string_view workloadName(Workload workload)
{
    return kWorkloadNames[static_cast<std::size_t>(workload)];
}

std::optional<Workload> workloadFromName(std::string_view name)
{
    const auto found = std::find(kWorkloadNames.begin(), kWorkloadNames.end(), name);
    if (found == kWorkloadNames.end())
        return std::nullopt;
    return static_cast<Workload>(found - kWorkloadNames.begin());
}

const AdviceTable &adviceTable()
{
    // It is part of the program; tst_advice finds a mistake in it.
    static const AdviceTable table = parseAdvice(embedded::adviceTable).value_or(AdviceTable{});
    return table;
}

bool holds(const AdviceRule &rule, const Level &level, std::int64_t parameters)
{
    const auto bits = bitsOf(level.name);
    if (rule.bitsAtLeast && (!bits || *bits < *rule.bitsAtLeast))
        return false;
    if (rule.bitsAtMost && (!bits || *bits > *rule.bitsAtMost))
        return false;
    // Of an unknown number of parameters nothing is said.
    if (rule.parametersBelow && (parameters <= 0 || parameters >= *rule.parametersBelow))
        return false;
    return rule.families.empty() || contains(rule.families, level.family);
}

std::optional<int> bitsOf(std::string_view level)
{
    for (const Rung &rung : adviceTable().ladder) {
        if (std::find(rung.levels.begin(), rung.levels.end(), level) != rung.levels.end())
            return rung.bits;
    }
    return std::nullopt;
}

bool isCliff(std::string_view name)
{
    const Level *level = levelFromName(name);
    const auto &rules = adviceTable().rules;
    return level != nullptr && std::any_of(rules.begin(), rules.end(), [level](const AdviceRule &rule) {
               return rule.kind == RuleKind::Cliff && holds(rule, *level, 0);
           });
}

std::string_view qualityWord(double divergence)
{
    const QualityWord *word = wordFor(divergence);
    return word == nullptr ? std::string_view() : word->word;
}

std::string qualityText(double divergence)
{
    const QualityWord *word = wordFor(divergence);
    return fmt::format("{} (KL divergence {:.3f})", word == nullptr ? "" : word->phrase, divergence);
}

} // namespace snug::quant
