// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/advice.h"

#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace snug::quant {
namespace {

// An offer and its place on the ladder.
struct Candidate {
    const AdviceOffer *offer = nullptr;
    const Level *level = nullptr;
    std::size_t rung = 0;
    std::size_t place = 0; // on the rung, the preferred one first
};

// What a rule asks for, once the size of the model is looked at.
struct Demand {
    const AdviceRule *rule = nullptr;
    std::size_t lowest = 0; // rungs
    std::size_t highest = 0;
    std::vector<std::string> reasons; // why it is more than the rule says
};

std::size_t rungOf(int bits)
{
    const auto &ladder = adviceTable().ladder;
    const auto found =
        std::find_if(ladder.begin(), ladder.end(), [bits](const Rung &rung) { return rung.bits >= bits; });
    return static_cast<std::size_t>(found - ladder.begin());
}

bool isFor(const AdviceRule &rule, Workload workload)
{
    return !rule.workload || rule.workload == workload;
}

Demand demandOf(Workload workload, std::int64_t parameters)
{
    Demand demand;
    std::size_t steps = 0;
    for (const AdviceRule &rule : adviceTable().rules) {
        if (rule.kind == RuleKind::Level && rule.workload == workload)
            demand.rule = &rule;
        if (rule.kind == RuleKind::Step && isFor(rule, workload) && parameters > 0 &&
            parameters < rule.parametersBelow.value_or(std::numeric_limits<std::int64_t>::max())) {
            steps += static_cast<std::size_t>(rule.steps);
            demand.reasons.push_back(rule.sentence);
        }
    }
    if (demand.rule == nullptr)
        return demand;
    const std::size_t top = adviceTable().ladder.size() - 1;
    demand.lowest = std::min(top, rungOf(demand.rule->lowBits) + steps);
    demand.highest = std::min(top, rungOf(demand.rule->highBits) + steps);
    return demand;
}

std::vector<Candidate> candidatesOf(std::span<const AdviceOffer> offers)
{
    std::vector<Candidate> candidates;
    const auto &ladder = adviceTable().ladder;
    for (const AdviceOffer &offer : offers) {
        for (std::size_t rung = 0; rung < ladder.size(); ++rung) {
            const auto &names = ladder[rung].levels;
            const auto found = std::find(names.begin(), names.end(), offer.level);
            if (found != names.end())
                candidates.push_back({&offer, levelFromName(offer.level), rung,
                                      static_cast<std::size_t>(found - names.begin())});
        }
    }
    return candidates;
}

bool willDo(const Candidate &candidate, const Demand &demand)
{
    const auto &measured = candidate.offer->measured;
    return measured ? *measured <= demand.rule->divergence : candidate.rung >= demand.lowest;
}

// The least by `order` of those that `wanted` lets through; nullptr if there is none.
template <class Wanted, class Order>
const Candidate *least(const std::vector<Candidate> &candidates, Wanted wanted, Order order)
{
    const Candidate *best = nullptr;
    for (const Candidate &candidate : candidates) {
        if (wanted(candidate) && (best == nullptr || order(candidate) < order(*best)))
            best = &candidate;
    }
    return best;
}

std::pair<std::size_t, std::size_t> upward(const Candidate &candidate)
{
    return {candidate.rung, candidate.place};
}

std::pair<std::size_t, std::size_t> downward(const Candidate &candidate)
{
    return {std::numeric_limits<std::size_t>::max() - candidate.rung, candidate.place};
}

const Candidate *fitting(const std::vector<Candidate> &candidates, const Demand &demand)
{
    const auto good = [&](const Candidate &one) { return one.offer->fits && willDo(one, demand); };
    const auto named = [&](const Candidate &one) {
        return good(one) && one.rung >= demand.lowest && one.rung <= demand.highest;
    };
    if (const Candidate *found = least(candidates, named, downward))
        return found;
    const auto smaller = [&](const Candidate &one) { return good(one) && one.rung < demand.lowest; };
    if (const Candidate *found = least(candidates, smaller, downward))
        return found;
    return least(candidates, good, upward);
}

std::string figure(const Candidate &candidate)
{
    if (candidate.offer->measured)
        return fmt::format("Measured for this model, its answers are {}.",
                           qualityText(*candidate.offer->measured));
    if (candidate.offer->published)
        return fmt::format("By the figures published for Llama 3 8B, its answers are {}.",
                           qualityText(*candidate.offer->published));
    return {};
}

void append(std::string &text, const std::string &sentence)
{
    if (!sentence.empty())
        text += (text.empty() ? "" : " ") + sentence;
}

// Where a measurement of this model says otherwise than the rule.
std::vector<std::string> overruled(const std::vector<Candidate> &candidates, const Demand &demand,
                                   const Candidate *chosen)
{
    std::vector<std::string> sentences;
    for (const Candidate &one : candidates) {
        if (!one.offer->measured)
            continue;
        const bool named = one.rung >= demand.lowest && one.rung <= demand.highest;
        if (named && !willDo(one, demand))
            sentences.push_back(fmt::format("{} would be the rule, but measured for this model it loses more "
                                            "than this work allows: {:.3f} "
                                            "against {:.3f}.",
                                            one.level->name, *one.offer->measured, demand.rule->divergence));
        if (one.rung < demand.lowest && willDo(one, demand) && &one != chosen)
            sentences.push_back(fmt::format(
                "Measured for this model, {} ({}) is enough for this work as well: KL divergence {:.3f}.",
                one.level->name, formatBytes(one.offer->bytes), *one.offer->measured));
    }
    return sentences;
}

void addNotes(const Candidate &candidate, Workload workload, std::int64_t parameters, Advice &advice)
{
    for (const AdviceRule &rule : adviceTable().rules) {
        const bool said = rule.kind == RuleKind::Note || rule.kind == RuleKind::Cliff;
        if (said && isFor(rule, workload) && holds(rule, *candidate.level, parameters))
            advice.notes.push_back(rule.sentence);
    }
}

// The loss to order by where nothing was measured and nothing is said to be published.
double supposed(const Candidate &candidate)
{
    const Quality &quality = candidate.level->quality;
    if (candidate.offer->measured)
        return *candidate.offer->measured;
    if (candidate.offer->published)
        return *candidate.offer->published;
    if (candidate.level->family == Family::Float)
        return 0;
    return quality.plain ? *quality.plain
                         : quality.withImatrix.value_or(std::numeric_limits<double>::infinity());
}

const Candidate *bestFitting(const std::vector<Candidate> &candidates)
{
    return least(
        candidates, [](const Candidate &one) { return one.offer->fits; },
        [](const Candidate &one) { return std::pair(supposed(one), downward(one)); });
}

// Nothing that will do fits. Returns what is to be taken all the same; nullptr if nothing is on offer.
const Candidate *fallBack(const std::vector<Candidate> &candidates, const Demand &demand, Advice &advice)
{
    const Candidate *wanted = least(
        candidates, [&](const Candidate &one) { return willDo(one, demand); }, upward);
    const Candidate *best = bestFitting(candidates);
    if (wanted != nullptr && !wanted->offer->otherwise.empty()) {
        append(advice.text, wanted->offer->otherwise);
        if (best != nullptr)
            advice.notes.push_back(fmt::format("{} fits as it is. {}", best->level->name, figure(*best)));
        return wanted;
    }
    if (best != nullptr) {
        append(advice.text,
               wanted == nullptr
                   ? fmt::format("No such level is on offer; {} is the best that fits.", best->level->name)
                   : fmt::format("{} does not fit here; {} is the best that does.", wanted->level->name,
                                 best->level->name));
        append(advice.text, figure(*best));
        return best;
    }
    append(advice.text, wanted == nullptr ? "No such level is on offer, and none that is fits here."
                                          : fmt::format("{} does not fit here, and no other level does.",
                                                        wanted->level->name));
    return wanted;
}

} // namespace

Advice advise(Workload workload, std::int64_t parameters, std::span<const AdviceOffer> offers)
{
    Advice advice;
    advice.workload = workload;
    const Demand demand = demandOf(workload, parameters);
    if (demand.rule == nullptr)
        return advice;
    advice.text = demand.rule->sentence;
    advice.source = demand.rule->source;
    advice.notes = demand.reasons;
    const std::vector<Candidate> candidates = candidatesOf(offers);
    const Candidate *chosen = fitting(candidates, demand);
    if (chosen != nullptr) {
        append(advice.text, fmt::format("{} fits.", chosen->level->name));
        append(advice.text, figure(*chosen));
    } else {
        chosen = fallBack(candidates, demand, advice);
    }
    for (std::string &sentence : overruled(candidates, demand, chosen))
        advice.notes.push_back(std::move(sentence));
    if (chosen == nullptr)
        return advice;
    advice.level = chosen->level->name;
    advice.fits = chosen->offer->fits;
    addNotes(*chosen, workload, parameters, advice);
    return advice;
}

nlohmann::json toJson(const Advice &advice)
{
    return {{"workload", workloadName(advice.workload)},
            {"level", advice.level},
            {"fits", advice.fits},
            {"text", advice.text},
            {"source", advice.source.title},
            {"source_address", advice.source.address},
            {"notes", advice.notes}};
}

} // namespace snug::quant
