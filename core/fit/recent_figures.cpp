// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/recent_figures.h"

#include "core/fit/record_list.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace snug::fit {
namespace {

using nlohmann::json;

constexpr std::size_t kMostThings = 64;
constexpr std::size_t kMostFigures = 5;
constexpr std::size_t kMostText = 2000;

bool isSound(const FigureFile &file, double figure)
{
    return std::isfinite(figure) && figure >= file.least && figure <= file.most;
}

std::optional<RecentFigures> thingFrom(const FigureFile &file, const json &record)
{
    RecentFigures thing;
    for (const char *name : file.keys) {
        auto text = recordText(record, name, kMostText);
        if (!text)
            return std::nullopt;
        thing.key.push_back(*std::move(text));
    }
    const auto list = record.find(file.figures);
    if (list == record.end() || !list->is_array() || list->size() > kMostFigures)
        return std::nullopt;
    for (const json &figure : *list) {
        if (!figure.is_number() || !isSound(file, figure.get<double>()))
            return std::nullopt;
        thing.figures.push_back(figure.get<double>());
    }
    return thing.figures.empty() ? std::nullopt : std::optional(std::move(thing));
}

json recordOf(const FigureFile &file, const RecentFigures &thing)
{
    json record = {{file.figures, thing.figures}};
    for (std::size_t i = 0; i < file.keys.size(); ++i)
        record[file.keys[i]] = thing.key[i];
    return record;
}

} // namespace

std::vector<RecentFigures> readFigures(const FigureFile &from)
{
    std::vector<RecentFigures> things;
    for (const json &record : readRecords(from.file, from.list)) {
        auto thing = thingFrom(from, record);
        if (thing && things.size() < kMostThings)
            things.push_back(*std::move(thing));
    }
    return things;
}

Result<void> rememberFigure(const FigureFile &into, const std::vector<std::string> &key, double figure)
{
    const bool fits =
        std::all_of(key.begin(), key.end(), [](const std::string &text) { return text.size() <= kMostText; });
    if (!fits || key.size() != into.keys.size() || !isSound(into, figure))
        return {};
    auto things = readFigures(into);
    RecentFigures thing{key, {}};
    const auto known = std::find_if(things.begin(), things.end(),
                                    [&key](const RecentFigures &entry) { return entry.key == key; });
    if (known != things.end()) {
        thing = std::move(*known);
        things.erase(known);
    }
    if (thing.figures.size() >= kMostFigures)
        thing.figures.erase(thing.figures.begin());
    thing.figures.push_back(figure);
    if (things.size() >= kMostThings)
        things.erase(things.begin());
    things.push_back(std::move(thing));
    std::vector<json> records;
    for (const RecentFigures &entry : things)
        records.push_back(recordOf(into, entry));
    return writeRecords(into.file, into.list, std::move(records));
}

} // namespace snug::fit
