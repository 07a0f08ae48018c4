// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/engine_report.h"
#include "ui/viewmodels/rows_model.h"

#include <QJsonObject>
#include <QString>

#include <span>
#include <vector>

namespace snug::ui {

struct DeviceRow {
    QString id;
    QString name;
    QString backend;
    QString kind; // gpu, igpu, cpu, accel
    double totalBytes = 0;
    double freeBytes = 0;
    double usedByUsBytes = 0;
    QString memorySource;
    QString driver;
    bool software = false; // a graphics driver that computes on the processor
    QString snugLabel;     // "Snug: Qwen3 8B"; empty if the model is not here

    [[nodiscard]] double othersBytes() const;
    bool operator==(const DeviceRow &) const = default;
};

struct UnavailableRow {
    QString backend;
    QString reason;
    QString hint;
    QString command; // to copy into a shell; empty without one

    bool operator==(const UnavailableRow &) const = default;
};

[[nodiscard]] std::span<const RoleEntry<DeviceRow>> deviceRoles();
[[nodiscard]] std::span<const RoleEntry<UnavailableRow>> unavailableRoles();

[[nodiscard]] std::vector<DeviceRow> deviceRowsFrom(const QJsonObject &devices);
[[nodiscard]] std::vector<UnavailableRow> unavailableRowsFrom(const QJsonObject &devices);

} // namespace snug::ui
