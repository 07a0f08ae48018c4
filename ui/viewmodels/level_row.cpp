// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/level_row.h"

#include <QJsonArray>
#include <QSet>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr qsizetype kMostDevices = 32;
constexpr qsizetype kMostNotes = 12;
constexpr int kMostLayers = 10'000;

// Positive and finite, up to `most`; else `otherwise`.
double figure(const QJsonValue &value, double most, double otherwise)
{
    const double number = value.toDouble(-1);
    return std::isfinite(number) && number >= 0 && number <= most ? number : otherwise;
}

int layersFrom(const QJsonValue &value)
{
    return static_cast<int>(figure(value, kMostLayers, 0));
}

QString verdictFrom(const QString &name)
{
    if (name == u"gpu")
        return u"fits"_s;
    if (name == u"partial")
        return u"partly"_s;
    return name == u"cpu" || name == u"no" ? name : u"unknown"_s;
}

DeviceShare shareFrom(const QJsonObject &json)
{
    DeviceShare share;
    share.device = shortText(json["device"_L1]);
    share.name = shortText(json["name"_L1]);
    if (share.name.isEmpty())
        share.name = share.device;
    share.host = json["backend"_L1].toString().compare("CPU"_L1, Qt::CaseInsensitive) == 0;
    share.sharesHost = json["shares_host"_L1].toBool();
    share.weights = wholeNumber(json["weights"_L1]);
    share.kvCache = wholeNumber(json["kv_cache"_L1]);
    share.compute = wholeNumber(json["compute"_L1]);
    share.overhead = wholeNumber(json["overhead"_L1]);
    share.projector = wholeNumber(json["projector"_L1]);
    share.draft = wholeNumber(json["draft"_L1]);
    share.lora = wholeNumber(json["lora"_L1]);
    share.reserve = wholeNumber(json["reserve"_L1]);
    share.deviceBytes = wholeNumber(json["device_bytes"_L1]);
    share.free = wholeNumber(json["free"_L1]);
    return share;
}

LevelFit fitFrom(const QJsonObject &json)
{
    LevelFit fit;
    fit.verdict = verdictFrom(json["verdict"_L1].toString());
    fit.exact = json["exact"_L1].toBool();
    fit.layers = layersFrom(json["layers"_L1]);
    fit.gpuLayers = std::min(layersFrom(json["gpu_layers"_L1]), fit.layers);
    fit.largestContext = wholeNumber(json["max_context"_L1]);
    fit.cpuReason = shortText(json["cpu_reason"_L1]);
    const QJsonArray memory = json["memory"_L1].toArray();
    for (qsizetype i = 0; i < std::min(memory.size(), kMostDevices); ++i) {
        if (memory[i].isObject())
            fit.memory.push_back(shareFrom(memory[i].toObject()));
    }
    const QJsonObject speed = json["speed"_L1].toObject();
    fit.generation = figure(speed["generation_tps"_L1], 1e6, 0);
    fit.prompt = figure(speed["prompt_tps"_L1], 1e7, 0);
    fit.uncertainty = figure(speed["uncertainty"_L1], 1, 0);
    fit.promptUncertainty = figure(speed["prompt_uncertainty"_L1], 1, 0);
    fit.speedSource = shortText(speed["source"_L1]);
    return fit;
}

} // namespace

QString shortText(const QJsonValue &value)
{
    const QString text = value.toString();
    return text.size() <= kLongestText ? text : text.first(kLongestText) + u'…';
}

std::int64_t wholeNumber(const QJsonValue &value)
{
    return static_cast<std::int64_t>(figure(value, 9007199254740991.0, 0));
}

std::optional<LevelRow> levelFromJson(const QJsonObject &json)
{
    LevelRow row;
    row.level = shortText(json["level"_L1]);
    row.label = shortText(json["label"_L1]);
    if (row.label.isEmpty())
        row.label = row.level;
    if (row.label.isEmpty())
        return std::nullopt;
    row.exists = json["exists"_L1].toBool();
    row.canBeMade = json["can_be_made"_L1].toBool();
    row.fileBytes = wholeNumber(json["file_bytes"_L1]);
    row.fileBytesExact = json["file_bytes_exact"_L1].toBool();
    row.bitsPerWeight = figure(json["bits_per_weight"_L1], 64, 0);
    const QJsonObject quality = json["quality"_L1].toObject();
    row.divergence = figure(quality["figure"_L1], 1000, -1);
    row.divergenceWithImatrix = figure(quality["with_imatrix"_L1], 1000, -1);
    row.measured = quality["measured"_L1].toBool();
    row.qualitySource = shortText(quality["source"_L1]);
    row.imatrix = shortText(json["imatrix"_L1]);
    row.original = json["family"_L1].toString() == u"float";
    row.cliff = json["cliff"_L1].toBool();
    row.description = shortText(json["description"_L1]);
    const QJsonArray notes = json["notes"_L1].toArray();
    for (const auto &note : notes) {
        if (note.isString() && row.notes.size() < kMostNotes)
            row.notes.append(shortText(note));
    }
    row.obstacle = shortText(json["obstacle"_L1]);
    row.fit = fitFrom(json);
    return row;
}

std::vector<LevelRow> levelsFromJson(const QJsonValue &levels)
{
    std::vector<LevelRow> rows;
    QSet<QString> labels;
    const QJsonArray list = levels.toArray();
    for (const auto &entry : list) {
        auto row = levelFromJson(entry.toObject());
        if (!row || labels.contains(row->label) || labels.size() >= kMostLevels)
            continue;
        labels.insert(row->label);
        rows.push_back(std::move(*row));
    }
    return rows;
}

} // namespace snug::ui
