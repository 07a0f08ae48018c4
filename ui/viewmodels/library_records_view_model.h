// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/account/hub_environment.h"
#include "ui/viewmodels/library_child.h"
#include "ui/viewmodels/library_record.h"
#include "ui/viewmodels/problem.h"

#include <QHash>
#include <QObject>

namespace snug::ui {

// Where the models came from and whether the Hub has newer ones, as `snug-cli list` tells it. GUI thread;
// owned by the application.
class LibraryRecordsViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LibraryRecordsViewModel)
    Q_PROPERTY(int revision READ revision NOTIFY changed)
    Q_PROPERTY(bool checking READ checking NOTIFY checkChanged)
    Q_PROPERTY(QString updatesText READ updatesText NOTIFY checkChanged)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY checkChanged)

public:
    explicit LibraryRecordsViewModel(QString program, HubEnvironment hub = {}, QObject *parent = nullptr);
    ~LibraryRecordsViewModel() override;

    // Counts up with every change of any record.
    [[nodiscard]] int revision() const { return m_revision; }
    [[nodiscard]] bool checking() const { return m_check.running(); }
    // "Asking 3 of 12", "2 updates available"; empty as long as nobody asked.
    [[nodiscard]] QString updatesText() const { return m_updatesText; }
    // Why not every model could be asked after.
    [[nodiscard]] const Problem &problem() const { return m_problem; }

    // recordMap() of the model; that of a file in no store if it is not known.
    [[nodiscard]] Q_INVOKABLE QVariantMap record(const QString &path) const;
    // "org/name" of the Hub that it came from; empty if that is not known.
    [[nodiscard]] QString repositoryOf(const QString &path) const;
    // The SHA-256 of the file in hex; empty if it is not known.
    [[nodiscard]] QString hashOf(const QString &path) const;
    Q_INVOKABLE void refresh();
    Q_INVOKABLE void checkUpdates();
    Q_INVOKABLE void cancelCheck();
    Q_INVOKABLE void dismissProblem();

Q_SIGNALS:
    void changed();
    void checkChanged();

private:
    void take(const QJsonObject &result, bool everyUpdate);
    void onChecked(const Outcome &outcome);

    HubEnvironment m_hub;
    LibraryChild m_list;
    LibraryChild m_check;
    QHash<QString, LibraryRecord> m_records; // by path without links in its folders
    int m_revision = 0;
    bool m_refreshAgain = false;
    QString m_updatesText;
    Problem m_problem;
};

} // namespace snug::ui
