// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// The part of FitSession that says what to do about a fit.
#include "app/cli/fit_json.h"
#include "app/cli/fit_session.h"
#include "core/fit/solve.h"
#include "core/quant/advice.h"

#include <algorithm>
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
    if (!workload)
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
    return quant::toJson(quant::advise(*workload, parameters, offers));
}

json FitSession::suggestionsJson(const FitQuery &query, const FitMachine &machine, const std::string &label,
                                 std::vector<fit::Measure> measures, const std::stop_token &stop) const
{
    std::vector<fit::LevelOption> options;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const fit::LevelRow &row = m_rows[i].level;
        if (measures[i] && row.obstacle.empty() && row.fileBytes)
            options.push_back({row.label, *row.fileBytes,
                               row.level == nullptr ? std::nullopt : publishedLoss(*row.level),
                               std::move(measures[i])});
    }
    fit::SolveRequest request;
    request.request = query.load;
    request.level = label;
    request.levels = options;
    request.devices = machine.devices;
    request.expertLayers = expertLayersOf(m_shape);
    json list = json::array();
    if (const auto solution = fit::solve(request, stop)) {
        for (const fit::Suggestion &suggestion : solution->suggestions)
            list.push_back(fit::toJson(suggestion));
    }
    return list;
}

Result<json> FitSession::suggestions(const FitQuery &asked, const std::string &label,
                                     const VerbContext &context, const Overtaken &overtaken)
{
    const FitQuery query = completed(asked);
    std::vector<fit::Measure> measures(m_rows.size());
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        // Levels whose headers would have to be fetched first are left to the arithmetic.
        const fit::LevelRow &row = m_rows[i].level;
        if (!row.plan && row.headers.empty())
            measures[i] = roughMeasure(m_rows[i], m_here);
        else if (auto measure = exactMeasure(m_rows[i], context, overtaken))
            measures[i] = *std::move(measure);
    }
    json list = suggestionsJson(query, m_here, label, std::move(measures), context.stop);
    if (overtaken())
        return fail(ErrorKind::Cancelled, "Another question came.");
    return list;
}

} // namespace snug::cli
