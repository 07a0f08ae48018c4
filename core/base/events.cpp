// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/events.h"

namespace snug::events {
namespace {

using nlohmann::json;

json tagged(std::string_view name, json fields)
{
    fields["event"] = name;
    return fields;
}

std::string textField(const json &object, const char *name)
{
    const auto field = object.find(name);
    return field != object.end() && field->is_string() ? field->get<std::string>() : std::string();
}

} // namespace

json progress(const Progress &progress, double rate, double etaSeconds)
{
    return tagged("progress", {{"stage", progress.stage},
                               {"done", progress.done},
                               {"total", progress.total},
                               {"unit", unitName(progress.unit)},
                               {"rate", rate},
                               {"eta_s", etaSeconds}});
}

json log(std::string_view level, std::string_view message)
{
    return tagged("log", {{"level", level}, {"message", message}});
}

json ready(json fields)
{
    return tagged("ready", std::move(fields));
}

json result(json fields)
{
    return tagged("result", std::move(fields));
}

json error(const Error &error)
{
    json detail = json::object();
    for (const auto &[name, value] : error.detail)
        std::visit([&detail, &key = name](const auto &content) { detail[key] = content; }, value);
    return tagged("error", {{"kind", kindName(error.kind)},
                            {"message", error.message},
                            {"detail", std::move(detail)},
                            {"hint", error.hint}});
}

std::string toLine(const json &event)
{
    return event.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<json> parseLine(std::string_view line)
{
    json event = json::parse(line, nullptr, false);
    if (!event.is_object() || textField(event, "event").empty())
        return fail(ErrorKind::Protocol, "The worker printed a line that is no event.",
                    {{"line", std::string(line.substr(0, 200))}});
    return event;
}

Result<json> parseLastLine(std::string_view output)
{
    while (output.ends_with('\n') || output.ends_with('\r'))
        output.remove_suffix(1);
    return parseLine(output.substr(output.rfind('\n') + 1));
}

Error parseError(const json &event)
{
    Error error{
        kindFromName(textField(event, "kind")), textField(event, "message"), {}, textField(event, "hint")};
    const auto detail = event.find("detail");
    if (detail == event.end() || !detail->is_object())
        return error;
    for (const auto &[name, value] : detail->items()) {
        if (value.is_number_integer())
            error.detail.emplace_back(name, value.get<std::int64_t>());
        else if (value.is_string())
            error.detail.emplace_back(name, value.get<std::string>());
    }
    return error;
}

} // namespace snug::events
