// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/level_words.h"
#include "ui/viewmodels/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <numeric>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(MemoryMaps)
};

constexpr double kMib = 1024.0 * 1024.0;
constexpr double kGib = 1024.0 * kMib;

bool hasGpu(const LevelFit &fit)
{
    return std::any_of(fit.memory.begin(), fit.memory.end(),
                       [](const DeviceShare &share) { return !share.host; });
}

// The devices of which a bar speaks.
std::vector<DeviceShare> shown(const LevelFit &fit)
{
    std::vector<DeviceShare> shares = fit.memory;
    if (fit.verdict == u"fits" && hasGpu(fit))
        std::erase_if(shares, [](const DeviceShare &share) { return share.host; });
    return shares;
}

template <class Part> std::int64_t sumOf(const std::vector<DeviceShare> &shares, Part part)
{
    return std::accumulate(
        shares.begin(), shares.end(), std::int64_t{0},
        [part](std::int64_t sum, const DeviceShare &share) { return sum + (share.*part)(); });
}

std::int64_t partOf(const std::vector<DeviceShare> &shares, std::int64_t DeviceShare::*part)
{
    return std::accumulate(shares.begin(), shares.end(), std::int64_t{0},
                           [part](std::int64_t sum, const DeviceShare &share) { return sum + share.*part; });
}

// One unit for all figures of a device, so that they can be added up by eye.
struct Figures {
    bool gib = true;

    [[nodiscard]] QString unit() const { return gib ? u"GiB"_s : u"MiB"_s; }
    [[nodiscard]] QString text(std::int64_t bytes) const
    {
        const double value = static_cast<double>(bytes) / (gib ? kGib : kMib);
        return QString::number(value, 'f', gib || value < 100 ? 2 : 0);
    }
};

QVariantMap line(const QString &part, const QString &label, const QString &term, std::int64_t bytes,
                 const Figures &figures)
{
    return {{u"part"_s, part}, {u"label"_s, label}, {u"term"_s, term}, {u"figure"_s, figures.text(bytes)}};
}

QVariantList linesOf(const DeviceShare &share, const Figures &figures)
{
    QVariantList lines{line(u"weights"_s, Words::tr("Weights"), {}, share.weights, figures)};
    const auto add = [&](const QString &part, const QString &label, const QString &term, std::int64_t bytes) {
        if (bytes > 0)
            lines.append(line(part, label, term, bytes, figures));
    };
    add(u"companions"_s, Words::tr("Projector"), Words::tr("(for pictures and sound)"), share.projector);
    add(u"companions"_s, Words::tr("Draft model"), Words::tr("(guesses ahead)"), share.draft);
    add(u"companions"_s, Words::tr("LoRA"), Words::tr("(what was trained later)"), share.lora);
    add(u"kv_cache"_s, Words::tr("KV cache"), Words::tr("(the conversation)"), share.kvCache);
    add(u"compute"_s, Words::tr("Compute"), Words::tr("(work space)"), share.compute);
    add(u"overhead"_s, Words::tr("Overhead of the driver"), {}, share.overhead);
    return lines;
}

} // namespace

QVariantList barParts(const LevelFit &fit)
{
    const auto shares = shown(fit);
    return {static_cast<double>(partOf(shares, &DeviceShare::weights)),
            static_cast<double>(sumOf(shares, &DeviceShare::companions)),
            static_cast<double>(partOf(shares, &DeviceShare::kvCache)),
            static_cast<double>(partOf(shares, &DeviceShare::compute)),
            static_cast<double>(partOf(shares, &DeviceShare::overhead))};
}

std::int64_t barBytes(const LevelFit &fit)
{
    return sumOf(shown(fit), &DeviceShare::used);
}

std::int64_t freeBytes(const LevelFit &fit)
{
    const bool gpu = hasGpu(fit);
    return std::accumulate(fit.memory.begin(), fit.memory.end(), std::int64_t{0},
                           [gpu](std::int64_t sum, const DeviceShare &share) {
                               return share.host == gpu ? sum : sum + share.usable();
                           });
}

namespace {

QVariantMap deviceMap(const DeviceShare &share, bool beside)
{
    const std::int64_t used = share.used();
    const std::int64_t left = share.usable() - used;
    const Figures figures{static_cast<double>(used) >= kGib / 10};
    QString room;
    if (share.free > 0)
        room = share.deviceBytes > share.free
                   ? Words::tr("%1 free of %2").arg(bytesText(share.free), bytesText(share.deviceBytes))
                   : Words::tr("%1 free").arg(bytesText(share.free));
    return {
        {u"name"_s, shortDeviceName(share.name)},
        {u"title"_s, share.name},
        {u"host"_s, share.host},
        {u"beside"_s, beside},
        {u"parts"_s, QVariantList{static_cast<double>(share.weights), static_cast<double>(share.companions()),
                                  static_cast<double>(share.kvCache), static_cast<double>(share.compute),
                                  static_cast<double>(share.overhead)}},
        {u"lines"_s, linesOf(share, figures)},
        {u"used"_s, static_cast<double>(used)},
        {u"free"_s, static_cast<double>(share.free)},
        {u"unit"_s, figures.unit()},
        {u"usedFigure"_s, figures.text(used)},
        {u"reserveFigure"_s, share.reserve > 0 && share.free > 0 ? figures.text(share.reserve) : QString()},
        {u"leftFigure"_s, figures.text(std::abs(left))},
        {u"leftText"_s, gibText(std::abs(left))},
        {u"usedText"_s, gibText(used)},
        {u"lacking"_s, left < 0},
        {u"freeText"_s, room}};
}

} // namespace

QVariantList deviceMaps(const LevelFit &fit)
{
    QVariantList gpus;
    QVariantList hosts;
    const bool whole = fit.verdict == u"fits" && hasGpu(fit);
    for (const DeviceShare &share : fit.memory) {
        if (!share.host)
            gpus.append(deviceMap(share, false));
        else if (share.used() > 0)
            hosts.append(deviceMap(share, whole));
    }
    return gpus + hosts;
}

} // namespace snug::ui
