// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/devices_view_model.h"

#include "ui/viewmodels/text.h"

#include <QClipboard>
#include <QGuiApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace snug::ui {

DevicesViewModel::DevicesViewModel(QString program, EngineSession &engine, QObject *parent)
    : QObject(parent)
    , m_program(std::move(program))
    , m_engine(engine)
    , m_devices(deviceRoles())
    , m_unavailable(unavailableRoles())
{
    // What is free changes with the model that is loaded.
    connect(&m_engine, &EngineSession::reportChanged, this, &DevicesViewModel::refresh);
    refresh();
}

DevicesViewModel::~DevicesViewModel() = default;

QString DevicesViewModel::state() const
{
    if (m_problem.present)
        return u"error"_s;
    return m_known ? u"ready"_s : u"loading"_s;
}

void DevicesViewModel::refresh()
{
    if (m_child) {
        m_again = true;
        return;
    }
    m_again = false;
    m_child = std::make_unique<WorkerProcess>(
        WorkerCommand{m_program, {u"devices"_s, u"--json"_s}, m_engine.environment()});
    connect(m_child.get(), &WorkerProcess::finished, this, &DevicesViewModel::onFinished);
    m_child->start();
    Q_EMIT stateChanged();
}

void DevicesViewModel::onFinished(const Outcome &outcome)
{
    m_child.release()->deleteLater();
    if (outcome) {
        m_known = true;
        m_problem = {};
        m_devices.merge(withOurUse(deviceRowsFrom(*outcome)),
                        [](const DeviceRow &row) { return row.backend + u'/' + row.id + u'/' + row.name; });
        m_unavailable.merge(unavailableRowsFrom(*outcome),
                            [](const UnavailableRow &row) { return row.backend + u'/' + row.reason; });
    } else {
        m_problem = problemFrom(outcome.error());
    }
    Q_EMIT stateChanged();
    if (m_again)
        refresh();
}

std::vector<DeviceRow> DevicesViewModel::withOurUse(std::vector<DeviceRow> rows) const
{
    const std::vector<DeviceMemory> &memory = m_engine.report().memory;
    for (DeviceRow &row : rows) {
        const auto part = std::find_if(memory.begin(), memory.end(), [&row](const DeviceMemory &candidate) {
            return candidate.device == row.id || candidate.device == row.name;
        });
        if (part == memory.end() || part->total <= 0)
            continue;
        row.usedByUsBytes = part->total;
        row.snugLabel = tr("Snug: %1").arg(m_engine.modelName());
    }
    return rows;
}

std::vector<fit::Device> DevicesViewModel::fitDevices() const
{
    std::vector<fit::Device> devices;
    for (const DeviceRow &row : m_devices.rows()) {
        fit::Device device;
        device.id = toUtf8(row.id);
        device.backend = toUtf8(row.backend);
        device.kind = toUtf8(row.kind);
        device.name = toUtf8(row.name);
        device.totalBytes = static_cast<std::int64_t>(row.totalBytes);
        device.freeBytes = static_cast<std::int64_t>(row.freeBytes + row.usedByUsBytes);
        device.software = row.software;
        devices.push_back(std::move(device));
    }
    return devices;
}

QString DevicesViewModel::report() const
{
    QStringList lines{u"Snug %1"_s.arg(QCoreApplication::applicationVersion())};
    for (const DeviceRow &row : m_devices.rows()) {
        lines.append(u"%1 (%2, %3): %4 of %5 free, %6, driver %7"_s.arg(
            row.name, row.backend, row.kind, bytesText(static_cast<std::int64_t>(row.freeBytes)),
            bytesText(static_cast<std::int64_t>(row.totalBytes)), row.memorySource, row.driver));
    }
    for (const UnavailableRow &row : m_unavailable.rows())
        lines.append(u"%1 is not available: %2 %3"_s.arg(row.backend, row.reason, row.hint));
    if (m_problem.present)
        lines << m_problem.message << m_problem.details;
    return lines.join(u'\n');
}

void DevicesViewModel::copyReport()
{
    QGuiApplication::clipboard()->setText(report());
}

} // namespace snug::ui
