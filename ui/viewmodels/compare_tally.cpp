// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/compare_tally.h"

#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace snug::ui {
namespace {

using nlohmann::json;

constexpr auto kGroup = "compare";
constexpr auto kName = "tally";
constexpr std::size_t kMostRows = 1000; // of a file that somebody may have edited
constexpr std::int64_t kMostVotes = 1'000'000'000;

constexpr int kFirst = Qt::UserRole + 1;
constexpr std::array<RoleEntry<TallyRow>, 5> kRoles = {{
    {kFirst, "name", [](const TallyRow &row) -> QVariant { return row.label.name; }},
    {kFirst + 1, "level", [](const TallyRow &row) -> QVariant { return row.label.level; }},
    {kFirst + 2, "votes", [](const TallyRow &row) -> QVariant { return row.votes; }},
    {kFirst + 3, "wins", [](const TallyRow &row) -> QVariant { return row.wins; }},
    {kFirst + 4, "ties", [](const TallyRow &row) -> QVariant { return row.ties; }},
}};

QString textOf(const json &entry, const char *name)
{
    const auto found = entry.find(name);
    return found != entry.end() && found->is_string() ? fromUtf8(found->get_ref<const std::string &>())
                                                      : QString();
}

int countOf(const json &entry, const char *name)
{
    const auto found = entry.find(name);
    if (found == entry.end() || !found->is_number_integer())
        return 0;
    return static_cast<int>(std::clamp<std::int64_t>(found->get<std::int64_t>(), 0, kMostVotes));
}

std::vector<TallyRow> rowsFrom(const json &kept)
{
    std::vector<TallyRow> rows;
    if (!kept.is_array())
        return rows;
    for (const json &entry : kept) {
        if (!entry.is_object() || rows.size() == kMostRows)
            continue;
        TallyRow row{{textOf(entry, "model"), textOf(entry, "level")},
                     countOf(entry, "votes"),
                     countOf(entry, "wins"),
                     countOf(entry, "ties")};
        if (!row.label.name.isEmpty())
            rows.push_back(std::move(row));
    }
    return rows;
}

json toJson(const std::vector<TallyRow> &rows)
{
    json array = json::array();
    for (const TallyRow &row : rows)
        array.push_back({{"model", toUtf8(row.label.name)},
                         {"level", toUtf8(row.label.level)},
                         {"votes", row.votes},
                         {"wins", row.wins},
                         {"ties", row.ties}});
    return array;
}

TallyRow &rowOf(std::vector<TallyRow> &rows, const ModelLabel &label)
{
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&label](const TallyRow &row) { return row.label == label; });
    return found != rows.end() ? *found : rows.emplace_back(TallyRow{label});
}

} // namespace

CompareTally::CompareTally(SettingsFile &settings, QObject *parent)
    : QObject(parent), m_settings(settings), m_rows(kRoles)
{
    m_rows.reset(rowsFrom(settings.value(kGroup, kName)));
}

void CompareTally::add(const std::vector<ModelLabel> &met, int winner)
{
    std::vector<TallyRow> rows = m_rows.rows();
    for (auto label = met.begin(); label != met.end(); ++label) {
        if (std::find(met.begin(), label, *label) != label)
            continue;
        TallyRow &row = rowOf(rows, *label);
        ++row.votes;
        if (winner < 0)
            ++row.ties;
        else if (met[static_cast<std::size_t>(winner)] == *label)
            ++row.wins;
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const TallyRow &a, const TallyRow &b) { return a.wins > b.wins; });
    store(std::move(rows));
}

void CompareTally::clear()
{
    store({});
}

void CompareTally::store(std::vector<TallyRow> rows)
{
    m_settings.set(kGroup, kName, rows.empty() ? json() : toJson(rows));
    m_rows.reset(std::move(rows));
    Q_EMIT changed();
}

} // namespace snug::ui
