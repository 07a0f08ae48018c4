// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/library_child.h"
#include "ui/viewmodels/problem.h"

#include <QObject>
#include <QVariantMap>

namespace snug::ui {

// What a person does with one file of the library: verify, remove (a plan first), copy into Snug's folder.
// One at a time, because each reads the disk; the work is that of `snug-cli` children. GUI thread; owned by
// the application.
class LibraryActionsViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LibraryActionsViewModel)
    Q_PROPERTY(QString path READ path NOTIFY changed)
    Q_PROPERTY(QString action READ action NOTIFY changed)
    Q_PROPERTY(bool busy READ busy NOTIFY changed)
    Q_PROPERTY(double fraction READ fraction NOTIFY changed)
    Q_PROPERTY(QString progressText READ progressText NOTIFY changed)
    Q_PROPERTY(QString resultText READ resultText NOTIFY changed)
    Q_PROPERTY(QVariantMap plan READ plan NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY changed)

public:
    explicit LibraryActionsViewModel(QString program, QObject *parent = nullptr);
    ~LibraryActionsViewModel() override;

    // The file that the other properties are about; empty before the first action.
    [[nodiscard]] QString path() const { return m_path; }
    // "verify", "plan", "remove", "import"; empty before the first.
    [[nodiscard]] QString action() const { return m_action; }
    [[nodiscard]] bool busy() const { return m_child.running(); }
    [[nodiscard]] double fraction() const { return m_fraction; } // -1: unknown
    [[nodiscard]] QString progressText() const { return m_progressText; }
    // How it ended well; empty while it runs and after a problem.
    [[nodiscard]] QString resultText() const { return m_resultText; }
    // Of a removal that waits for its confirmation: title, freedText (a sentence), files (list of path,
    // sizeText, keptText), actionText; empty without one.
    [[nodiscard]] QVariantMap plan() const { return m_plan; }
    [[nodiscard]] const Problem &problem() const { return m_problem; }

    // Each does nothing while another is under way.
    Q_INVOKABLE void verify(const QString &path);
    Q_INVOKABLE void planRemoval(const QString &path);
    // Carries out the plan.
    Q_INVOKABLE void remove();
    Q_INVOKABLE void copyIntoSnug(const QString &path);
    Q_INVOKABLE void cancel();
    // Forgets the plan, the result and the problem.
    Q_INVOKABLE void dismiss();

Q_SIGNALS:
    void changed();
    void planned();        // the plan is there
    void libraryChanged(); // files came or went
    void recordsChanged(); // something else is known of a file now

private:
    using Finish = void (LibraryActionsViewModel::*)(const QJsonObject &result);
    void start(const QString &action, const QString &path, const QStringList &options, Finish finish);
    void onVerified(const QJsonObject &result);
    void onPlanned(const QJsonObject &result);
    void onRemoved(const QJsonObject &result);
    void onImported(const QJsonObject &result);
    void onFailed(const Error &error);

    LibraryChild m_child;
    QString m_path;
    QString m_action;
    double m_fraction = -1;
    QString m_progressText;
    QString m_resultText;
    QVariantMap m_plan;
    Problem m_problem;
};

} // namespace snug::ui
