// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/level_words.h"

#include "ui/viewmodels/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(LevelWords)
};

// The mean KL divergence from which on a loss is one grade worse: not to be noticed, hardly, acceptable,
// visible.
constexpr std::array kGrades = {0.01, 0.05, 0.15, 0.4};

QString ended(QString sentence)
{
    if (!sentence.isEmpty() && !sentence.endsWith(u'.'))
        sentence += u'.';
    return sentence;
}

QString deviceSentence(const DeviceShare &share)
{
    return share.free > 0
               ? Words::tr("%1: %2 of %3 free.")
                     .arg(shortDeviceName(share.name), bytesText(share.used()), bytesText(share.free))
               : Words::tr("%1: %2.").arg(shortDeviceName(share.name), bytesText(share.used()));
}

QString sureness(const LevelFit &fit)
{
    return fit.exact ? Words::tr("Exact: the engine's own allocator was asked for this very request.")
                     : Words::tr("Estimated by Snug's own arithmetic, usually within 3 %.");
}

QString promptSentence(const LevelFit &fit)
{
    const auto count = [&fit](double factor) { return countText(std::llround(fit.prompt * factor)); };
    if (fit.promptUncertainty <= 0)
        return Words::tr("A prompt is read at about %1 tokens a second.").arg(count(1));
    return Words::tr("A prompt is read at about %1 tokens a second, %2 to %3.")
        .arg(count(1), count(1 - fit.promptUncertainty), count(1 + fit.promptUncertainty));
}

} // namespace

bool runs(const LevelFit &fit)
{
    return fit.verdict != u"no" && fit.verdict != u"unknown";
}

QString verdictWord(const LevelFit &fit)
{
    if (fit.verdict == u"fits")
        return Words::tr("Fits");
    if (fit.verdict == u"partly")
        return Words::tr("Partly %1/%2").arg(fit.gpuLayers).arg(fit.layers);
    if (fit.verdict == u"cpu")
        return Words::tr("CPU only");
    return fit.verdict == u"no" ? Words::tr("Does not fit") : Words::tr("Unknown");
}

QString verdictWhy(const LevelFit &fit)
{
    QStringList sentences;
    if (fit.verdict == u"fits")
        sentences.append(Words::tr("All layers and the whole conversation are on the GPU."));
    else if (fit.verdict == u"partly")
        sentences.append(
            Words::tr("%1 of %2 layers are on the GPU; the rest runs on the processor, which is slower.")
                .arg(fit.gpuLayers)
                .arg(fit.layers));
    else if (fit.verdict == u"cpu")
        sentences.append(fit.cpuReason.isEmpty()
                             ? Words::tr("It runs on the processor, in main memory.")
                             : ended(Words::tr("It runs on the processor, because %1").arg(fit.cpuReason)));
    else if (fit.verdict == u"no")
        sentences.append(Words::tr("Neither the GPU nor main memory has room for it."));
    else
        sentences.append(Words::tr("Too little is known of this model to tell."));
    for (const DeviceShare &share : fit.memory) {
        if (share.used() > 0)
            sentences.append(deviceSentence(share));
    }
    if (fit.verdict != u"unknown")
        sentences.append(sureness(fit));
    if (fit.verdict == u"partly" || fit.verdict == u"no")
        sentences.append(
            Words::tr("A smaller context, a KV cache of fewer bits or a smaller level changes it."));
    return sentences.join(u' ');
}

QString speedFigure(double tokensPerSecond)
{
    if (tokensPerSecond <= 0)
        return {};
    return QString::number(tokensPerSecond, 'f', tokensPerSecond < 9.95 ? 1 : 0);
}

QString speedRange(const LevelFit &fit)
{
    if (fit.uncertainty <= 0 || fit.generation <= 0)
        return {};
    return Words::tr("%1 to %2")
        .arg(speedFigure(fit.generation * (1 - fit.uncertainty)),
             speedFigure(fit.generation * (1 + fit.uncertainty)));
}

QString speedWhy(const LevelFit &fit)
{
    if (fit.generation <= 0) {
        return runs(fit)
                   ? Words::tr(
                         "Not predicted: how fast this computer reads its memory has not been measured.")
                   : QString();
    }
    QStringList sentences;
    if (const QString range = speedRange(fit); !range.isEmpty())
        sentences.append(Words::tr("Predicted: %1 tokens a second.").arg(range));
    sentences.append(ended(fit.speedSource));
    if (fit.prompt > 0)
        sentences.append(promptSentence(fit));
    sentences.append(Words::tr("A smaller level is faster, a fuller context slower."));
    sentences.removeAll(QString());
    return sentences.join(u' ');
}

int qualityGrade(const LevelRow &row)
{
    if (row.divergence < 0)
        return -1;
    return static_cast<int>(std::count_if(kGrades.begin(), kGrades.end(),
                                          [&row](double most) { return row.divergence >= most; }));
}

QString qualityWord(const LevelRow &row)
{
    switch (qualityGrade(row)) {
    case 0:
        return Words::tr("same");
    case 1:
        return Words::tr("very close");
    case 2:
        return Words::tr("acceptable");
    case 3:
        return Words::tr("visible");
    case 4:
        return Words::tr("damaged");
    default:
        return row.original ? Words::tr("original") : QString();
    }
}

QString qualityFigure(const LevelRow &row)
{
    return row.divergence < 0 ? QString()
                              : QString::number(row.divergence, 'f', row.divergence < 9.995 ? 3 : 1);
}

QString qualityWhy(const LevelRow &row)
{
    QStringList sentences;
    if (row.divergence < 0 && row.original)
        return Words::tr("Nothing is rounded: the original's own precision.");
    if (row.divergence < 0)
        sentences.append(Words::tr("Nobody has published a figure for this level."));
    else
        sentences.append(Words::tr("KL divergence (how far its predictions move from the original's): %1, "
                                   "lower is better.")
                             .arg(qualityFigure(row)));
    if (row.divergence >= 0 && row.measured)
        sentences.append(Words::tr("Measured here, of this model."));
    else if (row.divergence >= 0)
        sentences.append(
            Words::tr("Published for another model; this one may differ, small models by more."));
    if (row.divergenceWithImatrix >= 0 && !row.measured)
        sentences.append(Words::tr("With an importance matrix (a record of which weights matter): %1.")
                             .arg(QString::number(row.divergenceWithImatrix, 'f', 3)));
    if (row.cliff)
        sentences.append(Words::tr("From 3 bits downwards quality falls steeply."));
    sentences.append(row.qualitySource.isEmpty() ? QString()
                                                 : ended(Words::tr("Source: %1").arg(row.qualitySource)));
    sentences.removeAll(QString());
    return sentences.join(u' ');
}

QString sizeWhy(const LevelRow &row)
{
    QStringList sentences;
    if (row.fileBytes <= 0)
        return Words::tr("The size of the file is not known.");
    sentences.append(Words::tr("%1 bytes").arg(countText(row.fileBytes)));
    if (row.bitsPerWeight > 0)
        sentences.last() += Words::tr(", %1 bits a weight").arg(QString::number(row.bitsPerWeight, 'f', 2));
    sentences.last() += u'.';
    if (row.exists)
        sentences.append(Words::tr("The size of the file as it is."));
    else
        sentences.append(
            row.fileBytesExact
                ? Words::tr("Computed to the byte from the shape of every tensor and the type that this "
                            "level gives it.")
                : Words::tr("Estimated from the number of weights."));
    return sentences.join(u' ');
}

QString memoryWhy(const LevelFit &fit)
{
    QStringList sentences;
    for (const DeviceShare &share : fit.memory) {
        if (share.used() > 0)
            sentences.append(deviceSentence(share));
    }
    sentences.append(sureness(fit));
    if (fit.context > 0)
        sentences.append(Words::tr("For a context of %1 tokens and a KV cache of %2; a smaller one of either "
                                   "takes less.")
                             .arg(countText(fit.context), fit.kvType));
    return sentences.join(u' ');
}

QString shortDeviceName(const QString &name)
{
    QString text = name;
    if (const qsizetype bracket = text.indexOf(u" ("_s); bracket > 0)
        text.truncate(bracket);
    for (const auto &maker : {"NVIDIA GeForce "_L1, "NVIDIA "_L1, "AMD Radeon "_L1}) {
        if (text.startsWith(maker) && text.size() > maker.size())
            return text.mid(maker.size());
    }
    return text;
}

} // namespace snug::ui
