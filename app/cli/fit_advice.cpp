// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// The part of FitSession that says what to do about a fit.
#include "app/cli/fit_session.h"
#include "core/fit/solve.h"
#include "core/quant/advice.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;

bool hasGpu(const FitMachine &machine)
{
    return std::any_of(machine.devices.begin(), machine.devices.end(), [](const fit::Device &device) {
        return (device.kind == "gpu" || device.kind == "igpu") && !device.software;
    });
}

// "It runs here": on the GPU where there is one, else at all.
bool runs(const json &level, bool onGpu)
{
    const auto &verdict = level["verdict"];
    return verdict == "gpu" || (!onGpu && verdict == "cpu");
}

std::optional<double> publishedLoss(const quant::Level &level)
{
    if (level.family == quant::Family::Float)
        return 0;
    return level.quality.plain ? level.quality.plain : level.quality.withImatrix;
}

// Up to the last layer that has experts: LoadRequest::cpuExpertLayers counts from the first layer.
int expertLayersOf(const Result<ModelShape> &shape)
{
    if (!shape)
        return 0;
    const auto last = std::find_if(shape->layers.rbegin(), shape->layers.rend(),
                                   [](const LayerShape &layer) { return layer.expertsUsed > 0; });
    return static_cast<int>(shape->layers.rend() - last);
}

} // namespace

json FitSession::adviceJson(const FitQuery &query, const FitMachine &machine, const json &levels)
{
    const auto workload = quant::workloadFromName(query.workload);
    // Whether a model that no engine can run would fit says nothing.
    if (!workload || !m_shape)
        return {};
    const bool onGpu = hasGpu(machine);
    std::vector<quant::AdviceOffer> offers;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const fit::LevelRow &row = m_rows[i].level;
        if (row.level == nullptr || !row.obstacle.empty() || !row.fileBytes)
            continue;
        quant::AdviceOffer offer;
        offer.level = row.label;
        offer.fits = runs(levels[i], onGpu);
        offer.bytes = *row.fileBytes;
        offer.published = publishedLoss(*row.level);
        if (!offer.fits) {
            const fit::LevelOption option{row.label, offer.bytes, offer.published,
                                          roughMeasure(m_rows[i], machine)};
            if (auto ways = fit::waysToRun(option, query.load, {}))
                offer.otherwise = std::move(ways->text);
        }
        offers.push_back(std::move(offer));
    }
    const std::int64_t parameters = m_subject->facts().parameters.value_or(0);
    json advice = quant::toJson(quant::advise(*workload, parameters, offers));
    advice["exact"] = false;
    return advice;
}

json FitSession::suggestionsJson(const FitQuery &query, const FitMachine &machine, const std::string &label,
                                 std::vector<MeasuredBy> measures, const std::stop_token &stop) const
{
    std::vector<fit::LevelOption> options;
    std::set<std::string_view> exact;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const fit::LevelRow &row = m_rows[i].level;
        if (!row.obstacle.empty() || !row.fileBytes)
            continue;
        if (measures[i].exactness == Exactness::Exact)
            exact.insert(row.label);
        options.push_back({row.label, *row.fileBytes,
                           row.level == nullptr ? std::nullopt : publishedLoss(*row.level),
                           std::move(measures[i].measure)});
    }
    fit::SolveRequest request;
    request.request = query.load;
    request.level = label;
    request.levels = options;
    request.devices = machine.devices;
    request.expertLayers = expertLayersOf(m_shape);
    const auto solution = fit::solve(request, stop);
    if (!solution)
        return {{"suggestions", json::array()}, {"suggestions_complete", nullptr}, {"hopeless", ""}};
    json list = json::array();
    for (const fit::Suggestion &suggestion : solution->suggestions) {
        list.push_back(fit::toJson(suggestion));
        list.back()["exact"] = exact.contains(suggestion.level);
    }
    return {{"suggestions", std::move(list)},
            {"suggestions_complete", solution->complete},
            {"hopeless", solution->hopeless}};
}

Result<json> FitSession::suggestions(const FitQuery &asked, const std::string &label,
                                     const VerbContext &context, const Overtaken &overtaken)
{
    SNUG_CHECK(complete(context));
    const FitQuery query = completed(asked);
    SNUG_CHECK(withCompanions(query.load));
    std::vector<MeasuredBy> measures;
    for (Row &row : m_rows) {
        measures.push_back({roughMeasure(row, m_here), Exactness::Rough});
        // Levels whose headers would have to be fetched first are left to the arithmetic.
        if (!row.level.plan && row.level.headers.empty())
            continue;
        if (auto measure = exactMeasure(row, context, overtaken))
            measures.back() = {*std::move(measure), Exactness::Exact};
    }
    json found = suggestionsJson(query, m_here, label, std::move(measures), context.stop);
    if (overtaken())
        return fail(ErrorKind::Cancelled, "Another question came.");
    found["level"] = label;
    return found;
}

} // namespace snug::cli
