// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/model_answer.h"

#include "core/base/units.h"
#include "ui/viewmodels/level_words.h"
#include "ui/viewmodels/text.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ModelAnswer)
};

// The GPU that holds most; nullptr without one.
const DeviceShare *mainGpu(const LevelFit &fit)
{
    const DeviceShare *best = nullptr;
    for (const DeviceShare &share : fit.memory) {
        if (!share.host && (best == nullptr || share.used() > best->used() ||
                            (share.used() == best->used() && share.free > best->free)))
            best = &share;
    }
    return best;
}

QString placeOf(const LevelFit &fit, const QString &machine)
{
    if (!machine.isEmpty())
        return machine;
    const auto gpus = std::count_if(fit.memory.begin(), fit.memory.end(),
                                    [](const DeviceShare &share) { return !share.host && share.used() > 0; });
    const DeviceShare *gpu = mainGpu(fit);
    if (gpu == nullptr)
        return Words::tr("this computer");
    return gpus > 1 ? Words::tr("your %1 GPUs").arg(gpus)
                    : Words::tr("your %1").arg(shortDeviceName(gpu->name));
}

QString titleOf(const LevelRow &row, const LevelFit &fit, const FitRequest &request, const QString &machine)
{
    const QString place = placeOf(fit, machine);
    const QString context = countText(request.context);
    if (fit.verdict == u"fits")
        return Words::tr("Fits %1 at %2 with %3 context").arg(place, row.label, context);
    if (fit.verdict == u"partly")
        return Words::tr("Runs partly on %1 at %2 with %3 context").arg(place, row.label, context);
    if (fit.verdict == u"cpu")
        return Words::tr("Runs on the processor at %1 with %2 context").arg(row.label, context);
    if (fit.verdict == u"no")
        return Words::tr("Does not fit %1 at %2 with %3 context")
            .arg(machine.isEmpty() ? Words::tr("this computer") : machine, row.label, context);
    return Words::tr("Nobody can tell yet whether %1 fits").arg(row.label);
}

QString quality(const LevelRow &row)
{
    switch (qualityGrade(row)) {
    case 0:
        return Words::tr("As good as the original.");
    case 1:
        return Words::tr("Very close to the original.");
    case 2:
        return Words::tr("Acceptably close to the original.");
    case 3:
        return Words::tr("Visibly worse than the original.");
    case 4:
        return Words::tr("Damaged: answers suffer.");
    default:
        return {};
    }
}

QString textOf(const LevelRow &row, const LevelFit &fit)
{
    QStringList sentences;
    const std::int64_t left = freeBytes(fit) - barBytes(fit);
    if (fit.verdict == u"fits")
        sentences.append(
            left > 0 ? Words::tr("All %1 layers on the GPU, %2 to spare.").arg(fit.layers).arg(gibText(left))
                     : Words::tr("All %1 layers on the GPU.").arg(fit.layers));
    else if (fit.verdict == u"partly")
        sentences.append(Words::tr("%1 of %2 layers on the GPU, the rest on the slower processor.")
                             .arg(fit.gpuLayers)
                             .arg(fit.layers));
    else if (fit.verdict == u"cpu")
        sentences.append(left > 0 ? Words::tr("In main memory, %1 to spare.").arg(gibText(left))
                                  : Words::tr("In main memory."));
    else if (fit.verdict == u"no" && left < 0)
        sentences.append(Words::tr("It needs %1 and %2 are free. Choose a smaller level or context.")
                             .arg(bytesText(barBytes(fit)), bytesText(freeBytes(fit))));
    if (fit.verdict != u"no")
        sentences.append(quality(row));
    sentences.removeAll(QString());
    return sentences.join(u' ');
}

QString memoryOf(const LevelFit &fit)
{
    const std::int64_t free = freeBytes(fit);
    if (free <= 0)
        return Words::tr("of memory");
    const bool kept = std::any_of(fit.memory.begin(), fit.memory.end(),
                                  [](const DeviceShare &share) { return share.reserve > 0; });
    return kept ? Words::tr("of %1 usable").arg(bytesText(free))
                : Words::tr("of %1 free").arg(bytesText(free));
}

} // namespace

QString modelFacts(const QJsonObject &model)
{
    QStringList parts;
    const auto add = [&parts](const QString &text) {
        if (!text.isEmpty())
            parts.append(text);
    };
    add(shortText(model["maker"_L1]));
    if (const std::int64_t count = wholeNumber(model["parameters"_L1]); count > 0)
        add(Words::tr("%1 parameters").arg(fromUtf8(formatParameters(count))));
    if (const std::int64_t layers = wholeNumber(model["layers"_L1]); layers > 0)
        add(Words::tr("%1 layers").arg(countText(layers)));
    if (const std::int64_t experts = wholeNumber(model["expert_count"_L1]); experts > 0)
        add(Words::tr("%1 experts").arg(countText(experts)));
    if (const std::int64_t context = wholeNumber(model["context_length"_L1]); context > 0)
        add(Words::tr("trained for %1 tokens of context").arg(countText(context)));
    add(shortText(model["license"_L1]));
    return parts.join(u" · "_s);
}

QVariantMap answerMap(const LevelRow &row, const LevelFit &fit, const FitRequest &request,
                      const QString &machine)
{
    const std::int64_t used = barBytes(fit);
    const QString range = speedRange(fit);
    return {{u"label"_s, row.label},
            {u"exists"_s, row.exists},
            {u"makeable"_s, !row.exists && row.canBeMade},
            {u"heldPath"_s, row.heldPath},
            {u"fileBytesText"_s, row.fileBytes > 0 ? bytesText(row.fileBytes) : QString()},
            {u"verdict"_s, fit.verdict},
            {u"verdictText"_s, verdictWord(fit)},
            {u"title"_s, titleOf(row, fit, request, machine)},
            {u"text"_s, textOf(row, fit)},
            {u"why"_s, verdictWhy(fit)},
            {u"speed"_s, speedFigure(fit.generation)},
            {u"range"_s, range.isEmpty() ? Words::tr("predicted") : Words::tr("predicted, %1").arg(range)},
            {u"speedWhy"_s, speedWhy(fit)},
            {u"memory"_s, used > 0 ? gibFigure(used) : QString()},
            {u"memoryOf"_s, memoryOf(fit)},
            {u"freeText"_s, freeBytes(fit) > 0 ? bytesText(freeBytes(fit)) : QString()},
            {u"gpuLayers"_s, fit.gpuLayers},
            {u"memoryWhy"_s, memoryWhy(fit)},
            {u"quality"_s, qualityFigure(row)},
            {u"qualityWord"_s, qualityWord(row)},
            {u"qualityWhy"_s, qualityWhy(row)},
            {u"measured"_s, row.measured},
            {u"exact"_s, fit.exact}};
}

QVariantMap contextScaleMap(std::int64_t context, std::int64_t largest, std::int64_t trained)
{
    const auto stops = contextStops(trained > 0 ? trained : std::max<std::int64_t>(context, 131'072));
    QVariantList list;
    for (const int stop : stops)
        list.append(stop);
    QString note;
    if (trained > 0 && context > trained)
        note = Words::tr("More than the %1 tokens that it was trained for: answers may turn to nonsense.")
                   .arg(countText(trained));
    QString fits;
    if (largest > 0)
        fits = largest >= stops.back() ? Words::tr("all of it fits")
                                       : Words::tr("fits up to %1").arg(countText(largest));
    return {{u"stops"_s, list},
            {u"position"_s, positionOf(context, stops)},
            {u"fitsAt"_s, largest > 0 && largest < stops.back() ? positionOf(largest, stops) : -1.0},
            {u"fitsText"_s, fits},
            {u"leastText"_s, countText(stops.front())},
            {u"mostText"_s, countText(stops.back())},
            {u"note"_s, note}};
}

QVariantMap adviceMap(const QJsonObject &advice, const LevelTable &table, const FitRequest &request,
                      const QString &selected)
{
    const QString text = shortText(advice["text"_L1]);
    if (text.isEmpty())
        return {};
    const LevelRow *row = table.find(shortText(advice["level"_L1]));
    QString more;
    QString action;
    if (row != nullptr && row->label != selected) {
        FitRequest wanted = request;
        applyTo(wanted, advice);
        const LevelFit &fit = row->fit;
        const QString speed = speedFigure(fit.generation);
        more = fit.verdict == u"fits"
                   ? Words::tr("%1 fits here with %2 context").arg(row->label, countText(request.context))
               : fit.verdict == u"partly" ? Words::tr("%1 runs here with %2 of %3 layers on the GPU")
                                                .arg(row->label)
                                                .arg(fit.gpuLayers)
                                                .arg(fit.layers)
               : fit.verdict == u"cpu" ? Words::tr("%1 runs here on the processor").arg(row->label)
                                       : Words::tr("%1 does not fit here").arg(row->label);
        more += speed.isEmpty() ? u"."_s : Words::tr(", about %1 tokens/s.").arg(speed);
        if (fit.verdict != u"no" && fit.verdict != u"unknown")
            action = wanted.context == request.context
                         ? Words::tr("Use %1").arg(row->label)
                         : Words::tr("Use %1 at %2").arg(row->label, countText(wanted.context));
    } else if (row != nullptr) {
        more = Words::tr("%1 is what you have chosen.").arg(row->label);
    }
    QStringList notes;
    const QJsonArray list = advice["notes"_L1].toArray();
    for (const auto &note : list) {
        if (note.isString() && notes.size() < 6)
            notes.append(shortText(note));
    }
    QStringList why = notes;
    if (const QString source = shortText(advice["source"_L1]); !source.isEmpty())
        why.append(Words::tr("Source: %1").arg(source));
    // The rule first; what it means for this model and computer after it.
    const qsizetype rule = text.indexOf(u". "_s) + 1;
    if (rule > 0)
        more = text.mid(rule + 1);
    return {{u"text"_s, rule > 0 ? text.first(rule) : text},
            {u"more"_s, more},
            {u"notes"_s, notes},
            {u"why"_s, why.join(u' ')},
            {u"level"_s, row == nullptr ? QString() : row->label},
            {u"action"_s, action}};
}

} // namespace snug::ui
