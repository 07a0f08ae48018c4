// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/level_table.h"

#include "ui/viewmodels/level_words.h"
#include "ui/viewmodels/text.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr int kFirst = Qt::UserRole + 1;
constexpr std::ptrdiff_t kFew = 9; // so many rows need no fold
constexpr std::ptrdiff_t kLeastUsual = 3;
constexpr std::array kUsual = {"Q8_0"_L1,   "Q6_K"_L1,   "Q5_K_M"_L1, "Q4_K_M"_L1,
                               "IQ4_XS"_L1, "Q3_K_M"_L1, "Q2_K"_L1};

const LevelFit &otherOf(const LevelRow &row)
{
    static const LevelFit kNone;
    return row.other ? *row.other : kNone;
}

QString memoryFigure(const LevelFit &fit)
{
    const std::int64_t bytes = barBytes(fit);
    return bytes > 0 ? gibFigure(bytes) : QString();
}

using Entry = RoleEntry<LevelRow>;
constexpr std::array<Entry, 33> kRoles = {{
    {kFirst, "label", [](const LevelRow &row) -> QVariant { return row.label; }},
    {kFirst + 1, "held", [](const LevelRow &row) -> QVariant { return !row.heldPath.isEmpty(); }},
    {kFirst + 2, "heldPath", [](const LevelRow &row) -> QVariant { return row.heldPath; }},
    {kFirst + 3, "exists", [](const LevelRow &row) -> QVariant { return row.exists; }},
    {kFirst + 4, "makeable", [](const LevelRow &row) -> QVariant { return !row.exists && row.canBeMade; }},
    {kFirst + 5, "exact", [](const LevelRow &row) -> QVariant { return row.fit.exact; }},
    {kFirst + 6, "sizeText",
     [](const LevelRow &row) -> QVariant {
         return row.fileBytes > 0 ? gibFigure(row.fileBytes) : QString();
     }},
    {kFirst + 7, "sizeWhy", [](const LevelRow &row) -> QVariant { return sizeWhy(row); }},
    {kFirst + 8, "parts", [](const LevelRow &row) -> QVariant { return barParts(row.fit); }},
    {kFirst + 9, "free",
     [](const LevelRow &row) -> QVariant { return static_cast<double>(freeBytes(row.fit)); }},
    {kFirst + 10, "memoryText", [](const LevelRow &row) -> QVariant { return memoryFigure(row.fit); }},
    {kFirst + 11, "memoryWhy", [](const LevelRow &row) -> QVariant { return memoryWhy(row.fit); }},
    {kFirst + 12, "verdict", [](const LevelRow &row) -> QVariant { return row.fit.verdict; }},
    {kFirst + 13, "verdictText", [](const LevelRow &row) -> QVariant { return verdictWord(row.fit); }},
    {kFirst + 14, "verdictWhy", [](const LevelRow &row) -> QVariant { return verdictWhy(row.fit); }},
    {kFirst + 15, "speedText",
     [](const LevelRow &row) -> QVariant { return speedFigure(row.fit.generation); }},
    {kFirst + 16, "speedWhy", [](const LevelRow &row) -> QVariant { return speedWhy(row.fit); }},
    {kFirst + 17, "qualityWord", [](const LevelRow &row) -> QVariant { return qualityWord(row); }},
    {kFirst + 18, "qualityText", [](const LevelRow &row) -> QVariant { return qualityFigure(row); }},
    {kFirst + 19, "qualityWhy", [](const LevelRow &row) -> QVariant { return qualityWhy(row); }},
    {kFirst + 20, "measured", [](const LevelRow &row) -> QVariant { return row.measured; }},
    {kFirst + 21, "cliff", [](const LevelRow &row) -> QVariant { return row.cliff; }},
    {kFirst + 22, "notes", [](const LevelRow &row) -> QVariant { return row.notes; }},
    {kFirst + 23, "description", [](const LevelRow &row) -> QVariant { return row.description; }},
    {kFirst + 24, "imatrix", [](const LevelRow &row) -> QVariant { return row.imatrix; }},
    {kFirst + 25, "bitsText",
     [](const LevelRow &row) -> QVariant {
         return row.bitsPerWeight > 0 ? QString::number(row.bitsPerWeight, 'f', 2) : QString();
     }},
    {kFirst + 26, "compared", [](const LevelRow &row) -> QVariant { return row.other.has_value(); }},
    {kFirst + 27, "otherParts", [](const LevelRow &row) -> QVariant { return barParts(otherOf(row)); }},
    {kFirst + 28, "otherFree",
     [](const LevelRow &row) -> QVariant { return static_cast<double>(freeBytes(otherOf(row))); }},
    {kFirst + 29, "otherMemoryText",
     [](const LevelRow &row) -> QVariant { return memoryFigure(otherOf(row)); }},
    {kFirst + 30, "otherVerdict", [](const LevelRow &row) -> QVariant { return otherOf(row).verdict; }},
    {kFirst + 31, "otherVerdictText",
     [](const LevelRow &row) -> QVariant { return verdictWord(otherOf(row)); }},
    {kFirst + 32, "otherSpeedText",
     [](const LevelRow &row) -> QVariant { return speedFigure(otherOf(row).generation); }},
}};

QString keyOf(const LevelRow &row)
{
    return row.label;
}

bool possible(const LevelRow &row)
{
    return row.exists || row.canBeMade || !row.heldPath.isEmpty();
}

bool isUsual(const LevelRow &row)
{
    return std::find(kUsual.begin(), kUsual.end(), row.label) != kUsual.end();
}

// Larger is better, or comes first when the order is descending.
double weightOf(const LevelRow &row, const QString &key)
{
    if (key == u"memory")
        return static_cast<double>(barBytes(row.fit));
    if (key == u"verdict")
        return row.fit.verdict == u"fits"     ? 4e6
               : row.fit.verdict == u"partly" ? 2e6 + row.fit.gpuLayers
               : row.fit.verdict == u"cpu"    ? 1e6
                                              : 0;
    if (key == u"speed")
        return row.fit.generation;
    if (key == u"quality")
        return row.divergence < 0 ? -1e6 : -row.divergence;
    return static_cast<double>(row.fileBytes);
}

} // namespace

LevelTable::LevelTable() : m_shown(kRoles) {}

const LevelRow *LevelTable::find(const QString &label) const
{
    const auto found = std::find_if(m_all.begin(), m_all.end(),
                                    [&label](const LevelRow &row) { return row.label == label; });
    return found == m_all.end() ? nullptr : &*found;
}

void LevelTable::clear()
{
    m_all.clear();
    m_kept.clear();
    m_shown.reset({});
}

void LevelTable::take(std::vector<LevelRow> rows)
{
    for (LevelRow &row : rows) {
        if (const LevelRow *before = find(row.label))
            row.other = before->other;
    }
    m_all = std::move(rows);
    setHeld(m_held);
}

bool LevelTable::takeOne(const LevelRow &row)
{
    const auto found = std::find_if(m_all.begin(), m_all.end(),
                                    [&row](const LevelRow &known) { return known.label == row.label; });
    if (found == m_all.end())
        return false;
    LevelRow fresh = row;
    fresh.other = found->other;
    fresh.heldPath = found->heldPath;
    *found = std::move(fresh);
    show();
    return true;
}

void LevelTable::takeOther(const std::vector<LevelRow> &rows)
{
    for (LevelRow &row : m_all) {
        const auto found = std::find_if(rows.begin(), rows.end(),
                                        [&row](const LevelRow &known) { return known.label == row.label; });
        row.other = found == rows.end() ? std::nullopt : std::optional<LevelFit>(found->fit);
    }
    show();
}

void LevelTable::setHeld(const QMap<QString, QString> &paths)
{
    m_held = paths;
    for (LevelRow &row : m_all)
        row.heldPath = paths.value(row.label, paths.value(row.level));
    show();
}

void LevelTable::keep(const QString &label)
{
    m_kept = label;
    show();
}

void LevelTable::sortBy(const QString &key)
{
    m_descending = key == m_sortKey ? !m_descending : key != u"level";
    m_sortKey = key;
    show();
}

void LevelTable::setFilter(const QString &filter)
{
    m_filter = filter;
    show();
}

bool LevelTable::passes(const LevelRow &row, bool manyExist, bool few) const
{
    if (!possible(row))
        return false;
    if (m_filter == u"all" || row.label == m_kept)
        return true;
    if (m_filter == u"runs")
        return runs(row.fit);
    return few || !row.heldPath.isEmpty() || (row.exists && !manyExist) || isUsual(row);
}

void LevelTable::show()
{
    const auto existing =
        std::count_if(m_all.begin(), m_all.end(), [](const LevelRow &row) { return row.exists; });
    const auto possibleOnes = std::count_if(m_all.begin(), m_all.end(), possible);
    // Of a repository with names of its own all are shown.
    const auto usual = std::count_if(m_all.begin(), m_all.end(), isUsual);
    const bool few = possibleOnes <= kFew || usual < kLeastUsual;
    std::vector<LevelRow> rows;
    std::copy_if(m_all.begin(), m_all.end(), std::back_inserter(rows),
                 [&](const LevelRow &row) { return passes(row, existing > kFew, few); });
    std::stable_sort(rows.begin(), rows.end(), [this](const LevelRow &a, const LevelRow &b) {
        if (m_sortKey == u"level")
            return m_descending ? b.label < a.label : a.label < b.label;
        const double left = weightOf(a, m_sortKey);
        const double right = weightOf(b, m_sortKey);
        if (left != right)
            return m_descending ? left > right : left < right;
        return a.fileBytes > b.fileBytes;
    });
    m_shown.merge(std::move(rows), keyOf);
}

QStringList LevelTable::hidden() const
{
    QStringList labels;
    for (const LevelRow &row : m_all) {
        const auto &rows = m_shown.rows();
        const bool isShown = std::any_of(rows.begin(), rows.end(),
                                         [&row](const LevelRow &other) { return other.label == row.label; });
        if (possible(row) && !isShown)
            labels.append(row.label);
    }
    return labels;
}

QVariantList LevelTable::impossible() const
{
    std::vector<std::pair<QString, QStringList>> reasons;
    for (const LevelRow &row : m_all) {
        if (possible(row))
            continue;
        const auto known = std::find_if(reasons.begin(), reasons.end(),
                                        [&row](const auto &entry) { return entry.first == row.obstacle; });
        if (known == reasons.end())
            reasons.emplace_back(row.obstacle, QStringList{row.label});
        else
            known->second.append(row.label);
    }
    QVariantList list;
    for (const auto &[why, labels] : reasons)
        list.append(QVariantMap{{u"labels"_s, labels.join(u", "_s)}, {u"why"_s, why}});
    return list;
}

double LevelTable::scale() const
{
    std::int64_t most = 0;
    std::int64_t free = 0;
    for (const LevelRow &row : m_shown.rows()) {
        most = std::max({most, barBytes(row.fit), barBytes(otherOf(row))});
        free = std::max({free, freeBytes(row.fit), freeBytes(otherOf(row))});
    }
    // One level that is far too large shall not press the others together.
    return free > 0 ? static_cast<double>(std::min(std::max(most, free), 2 * free))
                    : static_cast<double>(most);
}

} // namespace snug::ui
