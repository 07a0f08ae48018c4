// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/engine_report.h"

#include "ui/viewmodels/text.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <numeric>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(EngineReport)
};

// The first device that holds weights and is no CPU; an empty object if there is none.
QJsonObject acceleratorOf(const QJsonArray &devices)
{
    for (const auto &entry : devices) {
        const QJsonObject device = entry.toObject();
        if (device["backend"_L1].toString().compare("CPU"_L1, Qt::CaseInsensitive) != 0)
            return device;
    }
    return {};
}

QString deviceName(const QJsonObject &device)
{
    const QString name = device["name"_L1].toString();
    return name.isEmpty() ? device["device"_L1].toString() : name;
}

QString memorySentence(const std::vector<DeviceMemory> &memory)
{
    QStringList parts;
    for (const DeviceMemory &part : memory) {
        const QString used = bytesText(static_cast<std::int64_t>(part.total));
        if (part.total > 0)
            parts.append(Words::tr("%1 on %2").arg(used, part.name));
    }
    return parts.isEmpty() ? QString() : Words::tr("Memory: %1.").arg(parts.join(u", "_s));
}

QString notesText(const QJsonArray &notes)
{
    QStringList lines;
    for (const auto &note : notes)
        lines.append(note.toString());
    return lines.join(u'\n');
}

void describeGpu(EngineReport &report, const QJsonObject &device)
{
    const QString layers = u"%1/%2"_s.arg(report.gpuLayers).arg(report.layers);
    const bool whole = report.gpuLayers >= report.layers;
    const QString backend = device["backend"_L1].toString();
    const QString name = deviceName(device);
    report.where = Words::tr("GPU %1").arg(layers);
    report.badgeVerdict = whole ? u"fits"_s : u"partly"_s;
    report.badgeText = Words::tr("GPU %1 layers · %2 · %3").arg(layers, backend, name);
    report.badgeWhy =
        whole ? Words::tr("All %1 layers are in the memory of %2.").arg(report.layers).arg(name)
              : Words::tr("%1 of %2 layers are in the memory of %3; the rest runs on the CPU and is slower.")
                    .arg(report.gpuLayers)
                    .arg(report.layers)
                    .arg(name);
}

void describeCpu(EngineReport &report, QString reason)
{
    report.where = Words::tr("CPU");
    report.badgeVerdict = u"cpu"_s;
    while (reason.endsWith(u'.'))
        reason.chop(1);
    report.badgeText = reason.isEmpty() ? Words::tr("CPU") : Words::tr("CPU, because %1").arg(reason);
    report.badgeWhy = reason.isEmpty() ? Words::tr("The model runs on the CPU.")
                                       : Words::tr("The model runs on the CPU, because %1.").arg(reason);
}

std::optional<chat::TemplateReport> templateFrom(const QJsonObject &report)
{
    const QByteArray text = QJsonDocument(report).toJson(QJsonDocument::Compact);
    return chat::parseTemplateReport(nlohmann::json::parse(text.begin(), text.end(), nullptr, false));
}

std::vector<chat::LoraAdapter> adaptersFrom(const QJsonArray &list)
{
    std::vector<chat::LoraAdapter> adapters;
    for (const auto &entry : list) {
        const QJsonObject adapter = entry.toObject();
        adapters.push_back({adapter["id"_L1].toInteger(), toUtf8(adapter["path"_L1].toString()),
                            adapter["scale"_L1].toDouble(1)});
    }
    return adapters;
}

} // namespace

std::vector<DeviceMemory> memoryFromJson(const QJsonArray &memory)
{
    std::vector<DeviceMemory> parts;
    for (const auto &entry : memory) {
        const QJsonObject json = entry.toObject();
        DeviceMemory part;
        part.device = json["device"_L1].toString();
        part.name = json["name"_L1].toString(part.device);
        part.weights = json["weights"_L1].toDouble();
        part.kvCache = json["kv_cache"_L1].toDouble();
        part.compute = json["compute"_L1].toDouble();
        part.overhead = json["overhead"_L1].toDouble();
        part.total = json["total"_L1].toDouble();
        part.free = json["free"_L1].toDouble();
        parts.push_back(std::move(part));
    }
    return parts;
}

QVariantList memoryToList(const std::vector<DeviceMemory> &memory)
{
    QVariantList list;
    for (const DeviceMemory &part : memory) {
        list.append(QVariantMap{{u"device"_s, part.device},
                                {u"name"_s, part.name},
                                {u"weights"_s, part.weights},
                                {u"kv_cache"_s, part.kvCache},
                                {u"compute"_s, part.compute},
                                {u"overhead"_s, part.overhead},
                                {u"total"_s, part.total},
                                {u"free"_s, part.free}});
    }
    return list;
}

double EngineReport::bytesTogether() const
{
    return std::accumulate(memory.begin(), memory.end(), 0.0,
                           [](double sum, const DeviceMemory &part) { return sum + part.total; });
}

EngineReport engineReportFrom(const QJsonObject &ready)
{
    const QJsonObject model = ready["model"_L1].toObject();
    EngineReport report;
    report.modelName = model["name"_L1].toString();
    report.level = model["level"_L1].toString();
    report.context = ready["context"_L1].toInt();
    report.gpuLayers = ready["gpu_layers"_L1].toInt();
    report.layers = ready["layers"_L1].toInt();
    report.vision = ready["vision"_L1].toBool();
    report.memory = memoryFromJson(ready["memory"_L1].toArray());
    report.chatTemplate = templateFrom(ready["template"_L1].toObject());
    report.loras = adaptersFrom(ready["loras"_L1].toArray());
    const QJsonObject device = acceleratorOf(ready["devices"_L1].toArray());
    if (report.gpuLayers > 0 && !device.isEmpty())
        describeGpu(report, device);
    else
        describeCpu(report, ready["cpu_reason"_L1].toString());
    const QStringList why = {report.badgeWhy, memorySentence(report.memory),
                             notesText(ready["notes"_L1].toArray())};
    report.badgeWhy = why.join(u'\n').trimmed();
    return report;
}

} // namespace snug::ui
