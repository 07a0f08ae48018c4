// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/account/hub_environment.h"
#include "ui/viewmodels/convert_job.h"
#include "ui/worker/background_task.h"

#include <QAbstractItemModel>
#include <QObject>

#include <map>
#include <memory>

namespace snug::ui {

class SettingsFile;

// The files that are being made, and the `snug-cli convert` children that make them, one at a time, because
// one uses all cores. A child that stops, or dies, leaves what it has written, and the next one goes on from
// there. The list is kept in a file; what was under way when the program ended waits for a person. GUI
// thread; owned by the application; `list` outlives it.
class ConvertJobsViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConvertJobsViewModel)
    Q_PROPERTY(QAbstractItemModel *active READ active CONSTANT)
    Q_PROPERTY(QAbstractItemModel *finished READ finished CONSTANT)
    Q_PROPERTY(int activeCount READ activeCount NOTIFY changed)
    Q_PROPERTY(int finishedCount READ finishedCount NOTIFY changed)
    Q_PROPERTY(bool running READ running NOTIFY changed)
    Q_PROPERTY(QString summary READ summary NOTIFY changed)
    Q_PROPERTY(double fraction READ fraction NOTIFY changed)

public:
    static constexpr std::size_t kMostRows = 200;

    ConvertJobsViewModel(QString program, SettingsFile &list, HubEnvironment hub = {},
                         QObject *parent = nullptr);
    ~ConvertJobsViewModel() override;

    // What is under way, waits or stopped, in order; and what is made, the latest first.
    [[nodiscard]] QAbstractItemModel *active() { return &m_active; }
    [[nodiscard]] QAbstractItemModel *finished() { return &m_finished; }
    [[nodiscard]] int activeCount() const { return m_active.rowCount(); }
    [[nodiscard]] int finishedCount() const { return m_finished.rowCount(); }
    // A child writes, or one waits for its turn.
    [[nodiscard]] bool running() const;
    // "Llama 3.1 8B → Q4_K_M · 49 %" of the one that runs; empty if none does.
    [[nodiscard]] QString summary() const;
    [[nodiscard]] double fraction() const;

    // At the end of the list. False if it is full or there is a job for the same file.
    bool add(ConvertJob job);
    // Stops a child and keeps what it wrote; one that only waits leaves the list.
    Q_INVOKABLE void cancel(const QString &id);
    Q_INVOKABLE void resume(const QString &id);
    // Takes it off the list and deletes what was written of it.
    Q_INVOKABLE void discard(const QString &id);
    // Takes what is made off the list; its file stays.
    Q_INVOKABLE void forget(const QString &id);
    // Before the program ends: everything is stopped and kept.
    Q_INVOKABLE void stopAll();

    // "running", "done", ... of that file of that source; empty if there is no such job.
    [[nodiscard]] QString stateOf(const QString &source, const QString &level, const QString &imatrix) const;
    // The path of its file; empty if there is no such job.
    [[nodiscard]] QString outputOf(const QString &source, const QString &level, const QString &imatrix) const;
    // A job, unfinished or made, has that path.
    [[nodiscard]] bool takes(const QString &output) const;
    // Bytes of output a second that the last file of that level took here; 0: none was made yet.
    [[nodiscard]] double rateOf(const QString &level, bool imatrix) const;

Q_SIGNALS:
    void changed();
    // A file is whole: the library should look.
    void made(const QString &path);

private:
    using Discard = BackgroundTask<Result<void>>;

    void startNext();
    void start(int index);
    void onProgress(const QString &id, const WorkerProgress &progress);
    void onSaid(const QString &id, const QJsonObject &event);
    void onFinished(const QString &id, const Outcome &outcome);
    void finish(int index, const QJsonObject &result);
    void setFailed(int index, const Error &error);
    void discardNow(const QString &id);
    void deleteUnfinished(const QString &id);
    void setState(int index, ConvertState state);
    void learn(const ConvertJob &job, const QJsonObject &result);
    void dropChild(const QString &id);
    void save();
    [[nodiscard]] int indexOf(const QString &id) const;
    // nullptr if there is none.
    [[nodiscard]] const ConvertJob *find(const QString &source, const QString &level,
                                         const QString &imatrix) const;

    QString m_program;
    SettingsFile &m_list;
    HubEnvironment m_hub;
    RowsModel<ConvertJob> m_active;
    RowsModel<ConvertJob> m_finished;
    std::map<QString, std::unique_ptr<WorkerProcess>> m_children; // by id; until they have ended
    std::map<QString, std::unique_ptr<Discard>> m_discards;       // by id
};

} // namespace snug::ui
