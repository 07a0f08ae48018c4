// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/device.h"
#include "ui/viewmodels/device_rows.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/problem.h"
#include "ui/viewmodels/rows_model.h"
#include "ui/worker/worker_process.h"

#include <QAbstractItemModel>
#include <QObject>

#include <memory>

namespace snug::ui {

// The devices of this machine, as `snug-cli devices` finds them, and what the loaded model takes of each. GUI
// thread; owned by the application.
class DevicesViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DevicesViewModel)
    Q_PROPERTY(QString state READ state NOTIFY stateChanged)
    Q_PROPERTY(bool busy READ busy NOTIFY stateChanged)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY stateChanged)
    Q_PROPERTY(QAbstractItemModel *devices READ devices CONSTANT)
    Q_PROPERTY(QAbstractItemModel *unavailable READ unavailable CONSTANT)

public:
    DevicesViewModel(QString program, EngineSession &engine, QObject *parent = nullptr);
    ~DevicesViewModel() override;

    // "loading", "ready" or "error"; with what was known before while it looks again.
    [[nodiscard]] QString state() const;
    [[nodiscard]] bool busy() const { return m_child != nullptr; }
    [[nodiscard]] Problem problem() const { return m_problem; }
    [[nodiscard]] QAbstractItemModel *devices() { return &m_devices; }
    [[nodiscard]] QAbstractItemModel *unavailable() { return &m_unavailable; }

    Q_INVOKABLE void refresh();
    // What a model could have here, if the one that is loaded went.
    [[nodiscard]] std::vector<fit::Device> fitDevices() const;
    // Everything that the page shows as text, to the clipboard.
    Q_INVOKABLE void copyReport();
    [[nodiscard]] QString report() const;

Q_SIGNALS:
    void stateChanged();

private:
    void onFinished(const Outcome &outcome);
    [[nodiscard]] std::vector<DeviceRow> withOurUse(std::vector<DeviceRow> rows) const;

    QString m_program;
    EngineSession &m_engine;
    std::unique_ptr<WorkerProcess> m_child;
    bool m_known = false;
    bool m_again = false; // something changed while it was looking
    Problem m_problem;
    RowsModel<DeviceRow> m_devices;
    RowsModel<UnavailableRow> m_unavailable;
};

} // namespace snug::ui
