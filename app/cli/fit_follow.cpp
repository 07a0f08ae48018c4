// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit_follow.h"

#include "app/cli/line_reader.h"
#include "core/base/events.h"

#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;

json event(const char *name, std::int64_t id, json fields = json::object())
{
    fields["event"] = name;
    fields["id"] = id;
    return fields;
}

json refusal(std::int64_t id, const Error &error)
{
    json what = events::error(error);
    what.erase("event");
    return event("refused", id, {{"error", std::move(what)}});
}

// The id of a question that is refused, so that whoever asked knows which.
std::int64_t idIn(const std::string &line)
{
    const json object = json::parse(line, nullptr, false);
    const auto found = object.is_object() ? object.find("id") : object.end();
    return object.is_object() && found != object.end() && found->is_number_integer()
               ? found->get<std::int64_t>()
               : 0;
}

void answer(FitSession &session, const FitQuery &query, const LineReader &lines, const VerbContext &context)
{
    const auto overtaken = [&] { return lines.hasLine() || context.stop.stop_requested(); };
    auto overview = session.overview(query);
    if (!overview)
        return context.event(refusal(query.id, overview.error()));
    context.event(event("fit", query.id, *std::move(overview)));
    // Only this computer's engine can be asked.
    const auto levels = query.machine.empty() ? query.levels : std::vector<std::string>();
    for (const std::string &label : levels) {
        if (overtaken())
            return;
        auto level = session.exact(query, label, context, overtaken);
        if (level)
            context.event(event("level", query.id, {{"level", *std::move(level)}}));
        else if (level.error().kind != ErrorKind::Cancelled)
            context.event(refusal(query.id, level.error()));
    }
    if (!levels.empty() && !overtaken()) {
        const std::string &selected = levels.front();
        if (auto found = session.suggestions(query, selected, context, overtaken))
            context.event(event("suggestions", query.id, *std::move(found)));
    }
    if (!overtaken())
        context.event(event("answered", query.id));
}

} // namespace

Result<json> followQuestions(FitSession &session, const FitQuery &usual, const VerbContext &context)
{
    LineReader lines;
    context.ready(session.ready());
    std::int64_t answered = 0;
    while (context.written()) {
        auto line = lines.next(context.stop);
        if (!line) {
            context.event(refusal(0, line.error()));
            continue;
        }
        if (!*line)
            break;
        // What came meanwhile is newer.
        if (lines.hasLine())
            continue;
        const auto query = parseFitQuery(**line, usual);
        if (!query) {
            context.event(refusal(idIn(**line), query.error()));
            continue;
        }
        answer(session, *query, lines, context);
        ++answered;
    }
    if (context.stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");
    return json{{"answered", answered}};
}

} // namespace snug::cli
