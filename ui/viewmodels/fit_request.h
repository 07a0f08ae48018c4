// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <vector>

namespace snug::ui {

// What a person asks of a model on the Fit panel. Values are kept inside their limits.
struct FitRequest {
    static constexpr int kLeastContext = 256;
    static constexpr int kMostContext = 16'777'216;
    static constexpr int kMostParallel = 64;
    static constexpr int kMostLayers = 10'000;

    int context = 0; // tokens of each conversation; 0: the worker's own choice
    QString kvType = QStringLiteral("f16");
    int gpuLayers = -1; // -1: as many as fit
    int cpuMoe = 0;     // layers whose experts stay in main memory
    int parallel = 1;   // conversations at once
    QString device;     // empty: all of them
    QString machine;    // empty: this computer
    QString workload = QStringLiteral("chat");
    QString projector; // the paths of what is loaded beside the model; empty: nothing
    QString draft;
    QStringList adapters;

    bool operator==(const FitRequest &) const = default;
};

// `levels`: those that are to be answered exactly, in that order.
[[nodiscard]] QJsonObject toJson(const FitRequest &request, const QStringList &levels);

// What a suggestion or a text field names, where it makes sense; the rest stays.
void applyTo(FitRequest &request, const QJsonObject &change);

// The contexts at which a slider rests: eighths of each power of two, from the least to `most`.
[[nodiscard]] std::vector<int> contextStops(std::int64_t most);
// Where a context lies among the stops; between two of them if it is none.
[[nodiscard]] double positionOf(std::int64_t context, const std::vector<int> &stops);

} // namespace snug::ui
