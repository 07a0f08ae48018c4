// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/advice_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <set>

namespace snug::quant {
namespace {

using json = nlohmann::json;
using Names = std::initializer_list<std::string_view>;

constexpr int kSchema = 1;
constexpr std::array<std::string_view, 4> kKinds = {"level", "step", "cliff", "note"};
constexpr int kMostBits = 32;

tl::unexpected<Error> wrong(std::string_view where, std::string_view what)
{
    return fail(ErrorKind::Corrupt, fmt::format("The table of advice is wrong: {} {}.", where, what));
}

Result<void> checkFields(const json &object, std::string_view where, Names required, Names optional = {})
{
    if (!object.is_object())
        return wrong(where, "is no object");
    for (const std::string_view name : required) {
        if (!object.contains(name))
            return wrong(where, fmt::format("lacks \"{}\"", name));
    }
    for (const auto &[name, value] : object.items()) {
        const auto isIt = [&name = name](std::string_view known) { return known == name; };
        if (std::none_of(required.begin(), required.end(), isIt) &&
            std::none_of(optional.begin(), optional.end(), isIt))
            return wrong(where, fmt::format("has an unknown field \"{}\"", name));
    }
    return {};
}

Result<std::string> text(const json &value, std::string_view where)
{
    if (!value.is_string() || value.get_ref<const std::string &>().empty())
        return wrong(where, "is no text");
    return value.get<std::string>();
}

Result<std::int64_t> number(const json &value, std::string_view where, std::int64_t most)
{
    if (!value.is_number_integer() || value.get<std::int64_t>() < 0 || value.get<std::int64_t>() > most)
        return wrong(where, fmt::format("is no whole number up to {}", most));
    return value.get<std::int64_t>();
}

Result<int> bits(const json &value, std::string_view where)
{
    SNUG_TRY(const std::int64_t found, number(value, where, kMostBits));
    return static_cast<int>(found);
}

Result<double> loss(const json &value, std::string_view where)
{
    if (!value.is_number() || !std::isfinite(value.get<double>()) || value.get<double>() < 0)
        return wrong(where, "is no divergence");
    return value.get<double>();
}

Result<AdviceSource> source(const json &sources, const json &name, std::string_view where)
{
    SNUG_TRY(const std::string key, text(name, where));
    const auto found = sources.find(key);
    if (found == sources.end())
        return wrong(where, fmt::format("names a source \"{}\" that is not there", key));
    SNUG_CHECK(checkFields(*found, key, {"title", "address"}));
    AdviceSource made;
    SNUG_TRY(made.title, text((*found)["title"], key));
    SNUG_TRY(made.address, text((*found)["address"], key));
    if (!made.address.starts_with("https://"))
        return wrong(key, "has no https address");
    return made;
}

Result<std::vector<Rung>> ladder(const json &list)
{
    if (!list.is_array() || list.empty())
        return wrong("the ladder", "is no list");
    std::vector<Rung> rungs;
    std::set<std::string> seen;
    for (const json &entry : list) {
        SNUG_CHECK(checkFields(entry, "a rung", {"bits", "levels"}));
        Rung rung;
        SNUG_TRY(rung.bits, bits(entry["bits"], "a rung"));
        if (!rungs.empty() && rungs.back().bits >= rung.bits)
            return wrong("the ladder", "does not rise");
        if (!entry["levels"].is_array() || entry["levels"].empty())
            return wrong("a rung", "has no levels");
        for (const json &name : entry["levels"]) {
            SNUG_TRY(std::string level, text(name, "a rung's level"));
            if (levelFromName(level) == nullptr || !seen.insert(level).second)
                return wrong("the ladder", fmt::format("names {}, which is no level or named twice", level));
            rung.levels.push_back(std::move(level));
        }
        rungs.push_back(std::move(rung));
    }
    return rungs;
}

Result<std::vector<QualityWord>> qualityWords(const json &list)
{
    if (!list.is_array() || list.empty())
        return wrong("the list of words", "is no list");
    std::vector<QualityWord> words;
    for (const json &entry : list) {
        if (!words.empty() && !words.back().upTo)
            return wrong("the list of words", "goes on after one without a bound");
        SNUG_CHECK(checkFields(entry, "a word", {"word", "phrase"}, {"up_to"}));
        QualityWord word;
        SNUG_TRY(word.word, text(entry["word"], "a word"));
        SNUG_TRY(word.phrase, text(entry["phrase"], word.word));
        if (entry.contains("up_to")) {
            SNUG_TRY(word.upTo, loss(entry["up_to"], word.word));
            if (!words.empty() && *words.back().upTo >= *word.upTo)
                return wrong("the list of words", "does not rise");
        }
        words.push_back(std::move(word));
    }
    if (words.back().upTo)
        return wrong("the list of words", "ends with a bound");
    return words;
}

Result<void> readConditions(const json &when, AdviceRule &rule)
{
    SNUG_CHECK(
        checkFields(when, rule.id, {}, {"bits_at_least", "bits_at_most", "parameters_below", "families"}));
    if (when.contains("bits_at_least")) {
        SNUG_TRY(rule.bitsAtLeast, bits(when["bits_at_least"], rule.id));
    }
    if (when.contains("bits_at_most")) {
        SNUG_TRY(rule.bitsAtMost, bits(when["bits_at_most"], rule.id));
    }
    if (when.contains("parameters_below")) {
        SNUG_TRY(rule.parametersBelow, number(when["parameters_below"], rule.id, std::int64_t{1} << 50));
    }
    if (!when.contains("families"))
        return {};
    if (!when["families"].is_array() || when["families"].empty())
        return wrong(rule.id, "has no list of families");
    for (const json &name : when["families"]) {
        const auto all = {Family::Float, Family::Legacy, Family::K, Family::I, Family::Ternary, Family::Mx};
        const auto found = std::find_if(all.begin(), all.end(), [&name](Family family) {
            return name.is_string() && familyName(family) == name.get_ref<const std::string &>();
        });
        if (found == all.end())
            return wrong(rule.id, "names an unknown family");
        rule.families.push_back(*found);
    }
    return {};
}

bool onLadder(const std::vector<Rung> &rungs, int bits)
{
    return std::any_of(rungs.begin(), rungs.end(), [bits](const Rung &rung) { return rung.bits == bits; });
}

// What the kind of a rule brings with it.
Result<void> readEffect(const json &entry, const std::vector<Rung> &rungs, AdviceRule &rule)
{
    if (rule.kind == RuleKind::Step) {
        SNUG_TRY(const std::int64_t steps, number(entry["steps"], rule.id, 8));
        rule.steps = static_cast<int>(steps);
    }
    if (rule.kind != RuleKind::Level)
        return {};
    if (!entry["bits"].is_array() || entry["bits"].size() != 2 || !rule.workload)
        return wrong(rule.id, "has no two rungs for one workload");
    SNUG_TRY(rule.lowBits, bits(entry["bits"][0], rule.id));
    SNUG_TRY(rule.highBits, bits(entry["bits"][1], rule.id));
    if (!onLadder(rungs, rule.lowBits) || !onLadder(rungs, rule.highBits) || rule.lowBits > rule.highBits)
        return wrong(rule.id, "names rungs that are not on the ladder");
    SNUG_TRY(rule.divergence, loss(entry["divergence"], rule.id));
    return {};
}

Result<void> checkRuleFields(const json &entry, RuleKind kind, std::string_view where)
{
    switch (kind) {
    case RuleKind::Level:
        return checkFields(entry, where,
                           {"id", "workload", "kind", "sentence", "source", "bits", "divergence"});
    case RuleKind::Step:
        return checkFields(entry, where, {"id", "workload", "kind", "sentence", "source", "when", "steps"});
    case RuleKind::Cliff:
    case RuleKind::Note:
        break;
    }
    return checkFields(entry, where, {"id", "workload", "kind", "sentence", "source", "when"});
}

Result<AdviceRule> readRule(const json &entry, const json &sources, const std::vector<Rung> &rungs)
{
    if (!entry.is_object() || !entry.contains("id") || !entry.contains("kind"))
        return wrong("a rule", "has no id or kind");
    AdviceRule rule;
    SNUG_TRY(rule.id, text(entry["id"], "a rule"));
    SNUG_TRY(const std::string kind, text(entry["kind"], rule.id));
    const auto known = std::find(kKinds.begin(), kKinds.end(), kind);
    if (known == kKinds.end())
        return wrong(rule.id, "is of an unknown kind");
    rule.kind = static_cast<RuleKind>(known - kKinds.begin());
    SNUG_CHECK(checkRuleFields(entry, rule.kind, rule.id));
    SNUG_TRY(const std::string workload, text(entry["workload"], rule.id));
    rule.workload = workloadFromName(workload);
    if (!rule.workload && workload != "any")
        return wrong(rule.id, "is for an unknown workload");
    SNUG_TRY(rule.sentence, text(entry["sentence"], rule.id));
    SNUG_TRY(rule.source, source(sources, entry["source"], rule.id));
    if (entry.contains("when"))
        SNUG_CHECK(readConditions(entry["when"], rule));
    SNUG_CHECK(readEffect(entry, rungs, rule));
    return rule;
}

Result<std::vector<AdviceRule>> readRules(const json &list, const json &sources,
                                          const std::vector<Rung> &rungs)
{
    if (!list.is_array())
        return wrong("the list of rules", "is no list");
    std::vector<AdviceRule> rules;
    for (const json &entry : list) {
        SNUG_TRY(AdviceRule rule, readRule(entry, sources, rungs));
        for (const AdviceRule &other : rules) {
            if (other.id == rule.id || (rule.kind == RuleKind::Level && other.kind == RuleKind::Level &&
                                        other.workload == rule.workload))
                return wrong(rule.id, "is there twice");
        }
        rules.push_back(std::move(rule));
    }
    for (const Workload workload : kWorkloads) {
        if (std::none_of(rules.begin(), rules.end(), [workload](const AdviceRule &rule) {
                return rule.kind == RuleKind::Level && rule.workload == workload;
            }))
            return wrong(workloadName(workload), "has no rule that names its level");
    }
    return rules;
}

} // namespace

Result<AdviceTable> parseAdvice(std::string_view bytes)
{
    const json root = json::parse(bytes, nullptr, false);
    SNUG_CHECK(checkFields(root, "the whole", {"schema", "sources", "quality", "ladder", "rules"}));
    if (root["schema"] != kSchema)
        return wrong("the schema", "is another than 1");
    if (!root["sources"].is_object())
        return wrong("the list of sources", "is no object");
    const json &quality = root["quality"];
    SNUG_CHECK(checkFields(quality, "quality", {"source", "reason", "words"}));
    AdviceTable table;
    SNUG_TRY(table.ladder, ladder(root["ladder"]));
    SNUG_TRY(table.words, qualityWords(quality["words"]));
    SNUG_TRY(table.wordsReason, text(quality["reason"], "quality"));
    SNUG_TRY(table.wordsSource, source(root["sources"], quality["source"], "quality"));
    SNUG_TRY(table.rules, readRules(root["rules"], root["sources"], table.ladder));
    return table;
}

} // namespace snug::quant
