// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/device_rows.h"

#include "ui/viewmodels/text.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(DeviceRows)
};

constexpr double kGib = 1024.0 * 1024.0 * 1024.0;

// One unit for all figures of a device, so that they can be added up by eye.
QString unitOf(const DeviceRow &row)
{
    return row.totalBytes >= kGib ? u"GiB"_s : u"MiB"_s;
}

QString figure(const DeviceRow &row, double bytes)
{
    if (unitOf(row) == u"GiB")
        return gibFigure(static_cast<std::int64_t>(bytes));
    return QString::number(bytes / (1024.0 * 1024.0), 'f', bytes < 10 * 1024.0 * 1024.0 ? 2 : 0);
}

QString kindText(const QString &kind, const QString &backend)
{
    if (backend == u"RPC")
        return Words::tr("Lent by a worker, over the network");
    if (kind == u"gpu")
        return Words::tr("Graphics card");
    if (kind == u"igpu")
        return Words::tr("Graphics of the processor (shares main memory)");
    if (kind == u"cpu")
        return Words::tr("Processor");
    if (kind == u"accel")
        return Words::tr("Accelerator");
    return kind;
}

QVariantMap fact(const QString &label, const QString &value)
{
    return {{u"label"_s, label}, {u"value"_s, value}};
}

QVariant facts(const DeviceRow &row)
{
    QVariantList list{fact(Words::tr("Kind"), kindText(row.kind, row.backend)),
                      fact(Words::tr("Backend"), row.backend)};
    if (!row.driver.isEmpty())
        list.append(fact(Words::tr("Driver"), row.driver));
    if (!row.memorySource.isEmpty())
        list.append(fact(Words::tr("Memory figures from"), row.memorySource));
    if (!row.id.isEmpty())
        list.append(fact(Words::tr("Name for snug-cli"), row.id));
    return list;
}

constexpr int kFirst = Qt::UserRole + 1;

constexpr std::array<RoleEntry<DeviceRow>, 16> kDeviceRoles = {{
    {kFirst, "name", [](const DeviceRow &row) -> QVariant { return row.name; }},
    {kFirst + 1, "backend", [](const DeviceRow &row) -> QVariant { return row.backend; }},
    {kFirst + 2, "kind", [](const DeviceRow &row) -> QVariant { return row.kind; }},
    {kFirst + 3, "totalBytes", [](const DeviceRow &row) -> QVariant { return row.totalBytes; }},
    {kFirst + 4, "freeBytes", [](const DeviceRow &row) -> QVariant { return row.freeBytes; }},
    {kFirst + 5, "usedByUsBytes", [](const DeviceRow &row) -> QVariant { return row.usedByUsBytes; }},
    {kFirst + 6, "othersBytes", [](const DeviceRow &row) -> QVariant { return row.othersBytes(); }},
    {kFirst + 7, "totalText", [](const DeviceRow &row) -> QVariant { return figure(row, row.totalBytes); }},
    {kFirst + 8, "freeText", [](const DeviceRow &row) -> QVariant { return figure(row, row.freeBytes); }},
    {kFirst + 9, "usedByUsText",
     [](const DeviceRow &row) -> QVariant { return figure(row, row.usedByUsBytes); }},
    {kFirst + 10, "othersText",
     [](const DeviceRow &row) -> QVariant { return figure(row, row.othersBytes()); }},
    {kFirst + 11, "unitText", [](const DeviceRow &row) -> QVariant { return unitOf(row); }},
    {kFirst + 12, "memorySource", [](const DeviceRow &row) -> QVariant { return row.memorySource; }},
    {kFirst + 13, "driver", [](const DeviceRow &row) -> QVariant { return row.driver; }},
    {kFirst + 14, "snugLabel", [](const DeviceRow &row) -> QVariant { return row.snugLabel; }},
    {kFirst + 15, "facts", facts},
}};

constexpr std::array<RoleEntry<UnavailableRow>, 4> kUnavailableRoles = {{
    {kFirst, "backend", [](const UnavailableRow &row) -> QVariant { return row.backend; }},
    {kFirst + 1, "reason", [](const UnavailableRow &row) -> QVariant { return row.reason; }},
    {kFirst + 2, "hint", [](const UnavailableRow &row) -> QVariant { return row.hint; }},
    {kFirst + 3, "command", [](const UnavailableRow &row) -> QVariant { return row.command; }},
}};

} // namespace

double DeviceRow::othersBytes() const
{
    return std::max(0.0, totalBytes - freeBytes - usedByUsBytes);
}

std::span<const RoleEntry<DeviceRow>> deviceRoles()
{
    return kDeviceRoles;
}

std::span<const RoleEntry<UnavailableRow>> unavailableRoles()
{
    return kUnavailableRoles;
}

std::vector<DeviceRow> deviceRowsFrom(const QJsonObject &devices)
{
    std::vector<DeviceRow> rows;
    for (const auto &entry : devices["devices"_L1].toArray()) {
        const QJsonObject device = entry.toObject();
        DeviceRow row;
        row.id = device["id"_L1].toString();
        row.name = device["name"_L1].toString(row.id);
        row.backend = device["backend"_L1].toString();
        row.kind = device["kind"_L1].toString();
        row.totalBytes = device["total_bytes"_L1].toDouble();
        row.freeBytes = device["free_bytes"_L1].toDouble();
        row.memorySource = device["memory_source"_L1].toString();
        row.driver = device["driver"_L1].toString();
        row.software = device["software"_L1].toBool();
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<UnavailableRow> unavailableRowsFrom(const QJsonObject &devices)
{
    std::vector<UnavailableRow> rows;
    for (const auto &entry : devices["unavailable"_L1].toArray()) {
        const QJsonObject backend = entry.toObject();
        rows.push_back({backend["backend"_L1].toString(), backend["reason"_L1].toString(),
                        backend["hint"_L1].toString(), backend["command"_L1].toString()});
    }
    return rows;
}

} // namespace snug::ui
