// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/engine_client.h"
#include "core/chat/template_report.h"

#include <QJsonObject>
#include <QString>
#include <QVariantList>

#include <optional>
#include <vector>

namespace snug::ui {

// The memory that a model takes on one device, in bytes.
struct DeviceMemory {
    QString device; // its id
    QString name;   // for people
    double weights = 0;
    double kvCache = 0;
    double compute = 0;
    double overhead = 0;
    double total = 0; // all parts together
    double free = 0;  // of the device, without this model

    bool operator==(const DeviceMemory &) const = default;
};

// The "memory" of `fit` and `serve`.
[[nodiscard]] std::vector<DeviceMemory> memoryFromJson(const QJsonArray &memory);
// The same as maps with the keys device, weights, kv_cache, compute, overhead, total, free.
[[nodiscard]] QVariantList memoryToList(const std::vector<DeviceMemory> &memory);

// What `serve` tells when it is ready, in the words of the window.
struct EngineReport {
    QString modelName;
    QString level;
    int context = 0;
    int gpuLayers = 0;
    int layers = 0;
    bool vision = false; // images are understood
    std::vector<DeviceMemory> memory;
    QString where;        // "GPU 24/24 · llvmpipe", "CPU"
    QString badgeVerdict; // "fits", "partly", "cpu"
    QString badgeText;
    QString badgeWhy;
    std::optional<chat::TemplateReport> chatTemplate; // nullopt: not told
    std::vector<chat::LoraAdapter> loras;

    [[nodiscard]] double bytesTogether() const;
    bool operator==(const EngineReport &) const = default;
};

[[nodiscard]] EngineReport engineReportFrom(const QJsonObject &ready);

} // namespace snug::ui
