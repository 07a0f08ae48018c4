// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/discover_row.h"

#include "core/fit/rough_fit.h"
#include "ui/viewmodels/text.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QLocale>

#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(snug::ui::DiscoverRow)
};

constexpr int kFirst = Qt::UserRole + 1;

// "8.2 B · text generation · apache-2.0"
QString subtitle(const DiscoverRow &row)
{
    QStringList parts;
    if (row.parameters > 0)
        parts.append(shortCount(row.parameters));
    if (!row.task.isEmpty())
        parts.append(QString(row.task).replace(u'-', u' '));
    if (!row.license.isEmpty())
        parts.append(row.license);
    if (row.gated != u"no")
        parts.append(Words::tr("access on request"));
    return parts.join(u" · "_s);
}

constexpr std::array<RoleEntry<DiscoverRow>, 13> kRoles = {{
    {kFirst, "repository", [](const DiscoverRow &row) -> QVariant { return row.id; }},
    {kFirst + 1, "name", [](const DiscoverRow &row) -> QVariant { return row.name; }},
    {kFirst + 2, "maker", [](const DiscoverRow &row) -> QVariant { return row.maker; }},
    {kFirst + 3, "subtitle", [](const DiscoverRow &row) -> QVariant { return subtitle(row); }},
    {kFirst + 4, "downloadsText",
     [](const DiscoverRow &row) -> QVariant { return shortCount(row.downloads); }},
    {kFirst + 5, "likesText", [](const DiscoverRow &row) -> QVariant { return shortCount(row.likes); }},
    {kFirst + 6, "gated", [](const DiscoverRow &row) -> QVariant { return row.gated; }},
    {kFirst + 7, "updatedText",
     [](const DiscoverRow &row) -> QVariant {
         return row.updated.isValid() ? QLocale().toString(row.updated.date(), QLocale::ShortFormat)
                                      : QString();
     }},
    {kFirst + 8, "verdict", [](const DiscoverRow &row) -> QVariant { return row.verdict; }},
    {kFirst + 9, "verdictText", [](const DiscoverRow &row) -> QVariant { return row.verdictText; }},
    {kFirst + 10, "verdictWhy", [](const DiscoverRow &row) -> QVariant { return row.verdictWhy; }},
    {kFirst + 11, "parametersText",
     [](const DiscoverRow &row) -> QVariant {
         return row.parameters > 0 ? shortCount(row.parameters) : QString();
     }},
    {kFirst + 12, "license", [](const DiscoverRow &row) -> QVariant { return row.license; }},
}};

// "Qwen3-8B-GGUF" -> "Qwen3 8B"
QString readableName(const QString &id)
{
    QString name = id.section(u'/', -1);
    for (const auto &ending : {"-GGUF"_L1, "-gguf"_L1, "_GGUF"_L1, ".gguf"_L1}) {
        if (name.size() > ending.size() && name.endsWith(ending))
            name.chop(ending.size());
    }
    return name.replace(u'-', u' ').replace(u'_', u' ').simplified();
}

std::int64_t countFrom(const QJsonValue &value)
{
    const double number = value.toDouble();
    return number >= 1 && number < 9e15 ? static_cast<std::int64_t>(number) : 0;
}

QString verdictWord(fit::Verdict verdict)
{
    switch (verdict) {
    case fit::Verdict::Gpu:
        return Words::tr("Fits");
    case fit::Verdict::Partial:
        return Words::tr("Partly");
    case fit::Verdict::Cpu:
        return Words::tr("CPU only");
    case fit::Verdict::No:
        return Words::tr("Does not fit");
    case fit::Verdict::Unknown:
        break;
    }
    return Words::tr("Not known");
}

QString verdictKey(fit::Verdict verdict)
{
    switch (verdict) {
    case fit::Verdict::Gpu:
        return u"fits"_s;
    case fit::Verdict::Partial:
        return u"partly"_s;
    case fit::Verdict::Cpu:
        return u"cpu"_s;
    case fit::Verdict::No:
        return u"no"_s;
    case fit::Verdict::Unknown:
        break;
    }
    return u"unknown"_s;
}

QString whyText(const fit::RoughFit &fit)
{
    if (fit.verdict == fit::Verdict::Unknown)
        return Words::tr("The Hub does not tell how large this model is.");
    return Words::tr("Estimated from its size: about %1 with a context of %2 tokens; %3 has %4 free.")
        .arg(bytesText(fit.needBytes), countText(fit::kRoughContext), fromUtf8(fit.device),
             bytesText(fit.freeBytes));
}

} // namespace

std::span<const RoleEntry<DiscoverRow>> discoverRoles()
{
    return kRoles;
}

std::vector<DiscoverRow> discoverRowsFrom(const QJsonObject &result)
{
    std::vector<DiscoverRow> rows;
    for (const auto &entry : result["models"_L1].toArray()) {
        const QJsonObject model = entry.toObject();
        DiscoverRow row;
        row.id = model["id"_L1].toString();
        if (row.id.isEmpty())
            continue;
        row.name = readableName(row.id);
        row.maker = row.id.section(u'/', 0, -2);
        row.parameters = countFrom(model["parameters"_L1]);
        row.task = model["pipeline"_L1].toString();
        row.license = model["license"_L1].toString();
        row.downloads = countFrom(model["downloads"_L1]);
        row.likes = countFrom(model["likes"_L1]);
        row.gated = model["gated"_L1].toString(u"no"_s);
        row.updated = QDateTime::fromString(model["last_modified"_L1].toString(), Qt::ISODate);
        rows.push_back(std::move(row));
    }
    return rows;
}

RoughFinding roughFinding(std::int64_t parameters, std::int64_t bytes, std::span<const fit::Device> devices)
{
    if (bytes > 0) {
        const fit::RoughFit fit = fit::roughFit(bytes, devices);
        return {verdictKey(fit.verdict), verdictWord(fit.verdict), whyText(fit)};
    }
    const fit::RoughLevel level = fit::roughLevel(parameters, devices);
    const QString word = verdictWord(level.fit.verdict);
    const bool named = level.fit.verdict != fit::Verdict::Unknown && level.fit.verdict != fit::Verdict::No;
    return {verdictKey(level.fit.verdict), named ? word + u" · "_s + fromUtf8(level.level) : word,
            whyText(level.fit)};
}

QString shortCount(std::int64_t count)
{
    struct Scale {
        double size;
        QChar letter;
    };
    for (const auto &[size, letter] :
         {Scale{1e12, u'T'}, Scale{1e9, u'B'}, Scale{1e6, u'M'}, Scale{1e3, u'k'}}) {
        const double scaled = static_cast<double>(count) / size;
        if (scaled >= 0.9995)
            return u"%1 %2"_s.arg(scaled, 0, 'f', scaled < 99.95 ? 1 : 0).arg(letter);
    }
    return QString::number(count);
}

} // namespace snug::ui
