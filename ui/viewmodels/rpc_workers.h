// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/problem.h"
#include "ui/worker/worker_process.h"

#include <QMap>
#include <QObject>
#include <QStringList>

#include <memory>

namespace snug::ui {

class SettingsFile;

// The machines that lend their devices to the engine here (`snug-cli worker` there), kept in the settings.
// One is added once it has answered. Their protocol has neither encryption nor a password. GUI thread; owned
// by the application.
class RpcWorkers final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RpcWorkers)
    Q_PROPERTY(QStringList addresses READ addresses NOTIFY changed)
    Q_PROPERTY(bool checking READ checking NOTIFY formChanged)
    Q_PROPERTY(QString found READ found NOTIFY formChanged)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY formChanged)

public:
    static constexpr qsizetype kMostWorkers = 16; // of the engine

    RpcWorkers(QString program, SettingsFile &settings, QObject *parent = nullptr);
    ~RpcWorkers() override;

    // "host:port", as they were added.
    [[nodiscard]] const QStringList &addresses() const { return m_addresses; }
    [[nodiscard]] bool checking() const { return m_child != nullptr; }
    // What the worker that was added last lends, in words.
    [[nodiscard]] QString found() const { return m_found; }
    // Why the last one was not added.
    [[nodiscard]] Problem problem() const { return m_problem; }

    // For children that compute: SNUG_RPC_WORKERS with these and those of our own environment. Empty without
    // any of them.
    [[nodiscard]] QMap<QString, QString> environment() const;

    // An empty form.
    Q_INVOKABLE void beginForm();
    // Asks the worker for its devices first; `added` or `problem` follows.
    Q_INVOKABLE void add(const QString &address);
    Q_INVOKABLE void remove(const QString &address);

Q_SIGNALS:
    void changed();
    void formChanged();
    void added();

private:
    void onChecked(const QString &address, const Outcome &outcome);
    void refuse(const Error &error);
    void keep();

    QString m_program;
    SettingsFile &m_settings;
    QStringList m_addresses;
    QString m_found;
    Problem m_problem;
    std::unique_ptr<WorkerProcess> m_child;
};

// "host:port" of a machine, and nothing else.
[[nodiscard]] bool isWorkerAddress(const QString &text);

} // namespace snug::ui
