// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/library_row.h"
#include "ui/worker/child_environment.h"
#include "ui/worker/worker_process.h"

#include <QHash>
#include <QObject>
#include <QSet>

#include <deque>
#include <memory>

namespace snug::ui {

// Judges model files by `snug-cli fit PATH --exact`, one child at a time. A finding is kept as long as the
// file's `stamp` (size and time) stays the same. GUI thread.
class FitQueue final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FitQueue)
public:
    explicit FitQueue(QString program, ChildEnvironment environment = {}, QObject *parent = nullptr);
    ~FitQueue() override;

    // The finding for that state of the file; if there is none yet, it is queued and `judged` follows.
    [[nodiscard]] FitFinding finding(const QString &path, const QString &stamp);
    // Drops what waits for a file that is not in `paths`.
    void keepOnly(const QSet<QString> &paths);
    // Forgets every finding: the machine may have changed.
    void forget();
    [[nodiscard]] bool busy() const { return m_child != nullptr; }

Q_SIGNALS:
    void judged(const QString &path, const snug::ui::FitFinding &finding);
    void busyChanged();

private:
    struct Request {
        QString path;
        QString stamp;
    };
    struct Known {
        QString stamp;
        FitFinding finding;
    };

    void startNext();
    void onFinished(const Outcome &outcome);

    QString m_program;
    ChildEnvironment m_environment;
    std::deque<Request> m_waiting;
    Request m_current;
    bool m_currentIsStale = false;
    std::unique_ptr<WorkerProcess> m_child;
    QHash<QString, Known> m_known;
};

// The verdict on a file that cannot be judged.
[[nodiscard]] FitFinding unreadable(const Error &error);

// Reads the result of `fit`.
[[nodiscard]] FitFinding findingFrom(const Outcome &outcome);

} // namespace snug::ui
