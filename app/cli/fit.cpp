// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit.h"

#include "app/cli/fit_follow.h"
#include "app/cli/fit_text.h"
#include "app/cli/worker_devices.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/probe.h"
#include "core/base/paths.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <span>
#include <string>
#include <utility>

namespace snug::cli {

using nlohmann::json;

namespace {

FitMachine thisComputer(UsableDevices usable, const VerbContext &context)
{
    std::vector<fit::Device> devices = std::move(usable.devices);
    const std::string engine = llama::engineVersion();
    fit::SpeedForecast forecast(context.paths, devices, engine);
    fit::DeviceOverheads overheads(context.paths, devices, engine);
    fit::LoadSpeeds loads(context.paths, devices, engine);
    return {std::move(devices),
            std::move(forecast),
            std::move(usable.notes),
            true,
            std::move(overheads),
            std::move(loads),
            {}};
}

// "DEVICE=BYTES", each.
Result<std::map<std::string, std::int64_t>> givenBack(const std::vector<std::string> &freed)
{
    std::map<std::string, std::int64_t> bytesOf;
    for (const std::string &text : freed) {
        const std::size_t equals = text.rfind('=');
        const std::string figure = equals == std::string::npos ? std::string() : text.substr(equals + 1);
        const char *end = figure.data() + figure.size();
        std::int64_t bytes = 0;
        const auto [stop, problem] = std::from_chars(figure.data(), end, bytes);
        if (problem != std::errc() || stop != end || bytes < 0)
            return fail(ErrorKind::InvalidArgument, "--freed takes DEVICE=BYTES.");
        bytesOf[text.substr(0, equals)] = bytes;
    }
    return bytesOf;
}

// A name that is no device here is a machine to compare with; see fit::parseMachine.
FitQuery queryOf(fit::LoadRequest load, std::span<const fit::Device> devices)
{
    FitQuery query;
    query.load = std::move(load);
    const bool isHere = std::any_of(devices.begin(), devices.end(), [&query](const fit::Device &device) {
        return device.id == query.load.device;
    });
    if (!query.load.device.empty() && !isHere)
        query.machine = std::exchange(query.load.device, {});
    return query;
}

// Puts what the engine says in the place of what our arithmetic said.
Result<void> askWhatElse(FitSession &session, const FitQuery &query, json &result, const VerbContext &context)
{
    const auto level = result["suggestions_level"].get<std::string>();
    auto found = session.suggestions(query, level, context, [] { return false; });
    if (!found)
        return found.error().kind == ErrorKind::Cancelled ? tl::make_unexpected(found.error())
                                                          : Result<void>();
    found->erase("level");
    result.update(*found);
    return {};
}

} // namespace

void FitVerb::define(CLI::App &app)
{
    m_options.define(app, "A GGUF file, or a model at the Hub: ORG/NAME[@REVISION][:LEVEL]",
                     "The only GPU to use, by its id in `devices`; or another machine: \"RTX 4090\", "
                     "\"NAME=24GiB,1008GB/s\"");
    app.add_option("--mmproj", m_projector, "A GGUF file that turns images or sound into tokens");
    m_companions.define(app);
    app.add_flag("--exact", m_exact,
                 "Ask the engine's allocator about every level; about the model's own it is always asked");
    app.add_flag("--levels", m_levels,
                 "Also every level that could be made of the file, with its exact size");
    app.add_option("--freed", m_freed,
                   "Memory that another model gives back before, DEVICE=BYTES; may be given more than once")
        ->allow_extra_args(false);
    app.add_flag("--follow", m_follow, "Answer questions from stdin, one JSON object a line (with --json)");
}

Result<json> FitVerb::run(const VerbContext &context)
{
    if (m_follow && !context.json)
        return fail(ErrorKind::InvalidArgument, "--follow needs --json.");
    SNUG_TRY(fit::LoadRequest request, m_options.request());
    request.projector = fromUtf8(m_projector);
    SNUG_CHECK(m_companions.addTo(request));
    llama::installEngineLog(context.json ? llama::EngineNoise::All : llama::EngineNoise::Errors);
    SNUG_TRY(auto subject, openSubject(toUtf8(request.model), context));
    SNUG_TRY(auto usable, loadUsableDevices(context));
    FitMachine here = thisComputer(std::move(usable), context);
    SNUG_TRY(here.givenBack, givenBack(m_freed));
    SNUG_TRY(const auto session, FitSession::open(std::move(subject), std::move(here)));
    // The table tells types and speeds, which only whole headers do.
    if (!m_follow)
        SNUG_CHECK(session->complete(context));
    const FitQuery query = queryOf(std::move(request), session->devices());
    if (m_follow)
        return followQuestions(*session, query, context);
    return answerOnce(*session, query, context);
}

Result<json> FitVerb::answerOnce(FitSession &session, const FitQuery &query, const VerbContext &context) const
{
    const std::string &chosen = session.subject().chosen();
    const bool isFile = session.subject().repository().empty() && !chosen.empty();
    SNUG_TRY(json result, session.overview(query));
    json others = std::exchange(result["levels"], json::array());
    bool allExact = true;
    bool someExact = false;
    for (json &level : others) {
        const auto label = level["label"].get<std::string>();
        const bool isOwn = label == chosen;
        if (isFile && !m_levels && !isOwn)
            continue;
        const bool possible = level["obstacle"].get<std::string>().empty();
        if (query.machine.empty() && ((m_exact && possible) || isOwn)) {
            context.progress({"simulating the allocation", 0, -1, Unit::Items});
            auto exact = session.exact(query, label, context, [] { return false; });
            // What is known of a model that the engine cannot load is told all the same.
            const bool isKnown = !level["memory"].empty();
            if (!exact && ((isOwn && isKnown) || exact.error().kind == ErrorKind::Cancelled))
                return tl::make_unexpected(std::move(exact).error());
            someExact = someExact || exact.has_value();
            if (exact)
                level = *std::move(exact);
            else
                level["notes"].push_back(exact.error().message);
            allExact = allExact && exact.has_value();
        } else if (possible) {
            allExact = false;
        }
        auto &levels = result["levels"];
        levels.insert(isOwn ? levels.begin() : levels.end(), std::move(level));
    }
    result["exact"] = allExact && someExact; // of the levels: suggestions and advice tell it of themselves
    if (m_exact && query.machine.empty())
        SNUG_CHECK(askWhatElse(session, query, result, context));
    result["machine"] = query.machine;
    json answer = session.ready();
    answer.erase("machines");
    answer.update(result);
    return answer;
}

void FitVerb::print(const json &result, const VerbContext &) const
{
    printFit(result);
}

} // namespace snug::cli
